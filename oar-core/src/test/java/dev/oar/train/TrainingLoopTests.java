package dev.oar.train;

import static dev.oar.train.TinyTrainings.config;
import static dev.oar.train.TinyTrainings.train;
import static dev.oar.train.TinyTrainings.trained;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.file.CorruptFileException;
import dev.oar.tensor.Precision;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import dev.oar.train.TinyTrainings.Outcome;
import dev.oar.train.TinyTrainings.StopAt;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("processor")
@ExtendWith(NativeMemory.class)
class TrainingLoopTests {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"1, 1, 0", "2, 5, 0.9", "3, 6, 0.9", "4, 7, 0", "5, 11, 0.5"})
    void aRunInterruptedAtAnyStepEndsAsAnUninterruptedOne(long seed, long interruptedAt, double emaDecay)
            throws IOException {
        TrainingConfig config = config(12, seed % 2 == 0 ? 2 : 1, emaDecay, Precision.FLOAT32, seed);
        Outcome whole = train(config, directory.resolve("whole"));
        Path interrupted = directory.resolve("interrupted");
        assertThatThrownBy(() -> train(config, interrupted, new StopAt(interruptedAt)))
                .isInstanceOf(IOException.class)
                .hasMessage("stopped at step " + interruptedAt);
        assertThat(train(config, interrupted)).as("seed %d", seed).isEqualTo(whole);
    }

    @Test
    void aRunInterruptedAgainAndAgainEndsAsAnUninterruptedOne() throws IOException {
        TrainingConfig config = config(12, 2, 0.9, Precision.BFLOAT16, 6);
        Outcome whole = train(config, directory.resolve("whole"));
        Path interrupted = directory.resolve("interrupted");
        for (long step : new long[] {2, 4, 5, 8, 12}) {
            assertThatThrownBy(() -> train(config, interrupted, new StopAt(step)))
                    .hasMessageContaining("stopped");
        }
        assertThat(train(config, interrupted)).isEqualTo(whole);
    }

    @Test
    void aFinishedTrainingReturnsAtOnceWithTheSameWeights() throws IOException {
        TrainingConfig config = config(6, 1, 0.9, Precision.FLOAT32, 7);
        Outcome first = train(config, directory);
        assertThat(train(config, directory, new StopAt(1))).isEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void theLossFalls(Precision precision) throws IOException {
        train(config(150, 1, 0, precision, 8), directory);
        List<MetricsFile.Line> lines = MetricsFile.read(directory.resolve(TrainingLoop.METRICS));
        assertThat(lines.get(lines.size() - 1).loss())
                .isLessThan(0.5 * lines.get(0).loss());
        assertThat(lines.get(0).metrics().get("square-root"))
                .isCloseTo(Math.sqrt(lines.get(0).loss()), within(1e-9));
    }

    @Test
    void accumulationDoesNotChangeTheGradientOfABatch() throws IOException {
        Weights whole = trained(config(5, 1, 0, Precision.FLOAT32, 9), directory.resolve("whole"));
        Weights parts = trained(config(5, 4, 0, Precision.FLOAT32, 9), directory.resolve("parts"));
        try (whole;
                parts) {
            dev.oar.tensor.TensorScope.run(() -> whole.asMap()
                    .forEach((name, tensor) -> assertThat(
                                    tensor.sub(parts.get(name)).abs().max().item_double())
                            .as(name)
                            .isLessThan(1e-5)));
        }
    }

    @Test
    void aCheckpointOfAnotherTrainingIsRefusedInOneSentence() throws IOException {
        train(config(6, 1, 0, Precision.FLOAT32, 12), directory);
        assertThatThrownBy(() -> train(config(7, 1, 0, Precision.FLOAT32, 12), directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "belongs to a different training run and cannot be resumed: steps was 6 and is now 7 (only a"
                                + " training at a constant rate can be given more steps");
        assertThatThrownBy(() -> train(config(6, 1, 0.5, Precision.FLOAT32, 12), directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ema-decay was 0.0 and is now 0.5");
    }

    @Test
    void checkpointsBeyondTheNumberToKeepAreRemoved() throws IOException {
        train(config(12, 1, 0, Precision.FLOAT32, 13), directory);
        try (var checkpoints = Files.list(directory.resolve(TrainingLoop.CHECKPOINTS))) {
            assertThat(checkpoints.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("step-00000010", "step-00000012");
        }
    }

    @Test
    void aLineCutShortByAKillIsRemovedWhenTheTrainingGoesOn() throws IOException {
        TrainingConfig config = config(12, 1, 0, Precision.FLOAT32, 14);
        assertThatThrownBy(() -> train(config, directory, new StopAt(9))).hasMessageContaining("stopped");
        Path metrics = directory.resolve(TrainingLoop.METRICS);
        Files.writeString(metrics, "{\"step\":10,\"lo", StandardOpenOption.APPEND);
        train(config, directory);
        assertThat(MetricsFile.read(metrics)).extracting(MetricsFile.Line::step).containsExactly(1L, 3L, 6L, 9L, 12L);
    }

    @Test
    void aFigureThatIsNoNumberIsRefused() throws IOException {
        Path metrics = directory.resolve(TrainingLoop.METRICS);
        String line = "{\"step\":1,\"loss\":%s,\"learning-rate\":1,\"gradient-norm\":null,\"psnr\":%s,\"seconds\":1}\n";
        Files.writeString(metrics, line.formatted("null", "2"));
        assertThat(MetricsFile.read(metrics).get(0).loss()).isNaN();
        for (String wrong : List.of(line.formatted("\"low\"", "2"), line.formatted("1", "\"high\""))) {
            Files.writeString(metrics, wrong);
            assertThatThrownBy(() -> MetricsFile.read(metrics)).isInstanceOf(CorruptFileException.class);
        }
    }

    @Test
    void metricsThatAreTooLargeAreRefusedUnread() throws IOException {
        Path metrics = directory.resolve(TrainingLoop.METRICS);
        try (RandomAccessFile file = new RandomAccessFile(metrics.toFile(), "rw")) {
            file.setLength((256 << 20) + 1L);
        }
        assertThatThrownBy(() -> MetricsFile.read(metrics))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("may have up to 268435456 bytes, but has 268435457; move it away");
    }

    @Test
    void everyStepGivesItsMemoryBack() throws IOException {
        NativeMemory memory = new NativeMemory();
        train(config(60, 2, 0.9, Precision.BFLOAT16, 15), directory, new TrainingListener() {
            @Override
            public void onStep(StepReport report, TrainingView view) {
                if (report.step() == 1) {
                    memory.countBefore();
                }
                memory.requireNothingLeft();
            }
        });
    }

    @Test
    void listenersHearOfStepsCheckpointsAndTheEnd() throws IOException {
        List<String> heard = new ArrayList<>();
        train(config(7, 1, 0, Precision.FLOAT32, 16), directory, new TrainingListener() {
            @Override
            public void onStart(long stepsDone) {
                heard.add("start " + stepsDone);
            }

            @Override
            public void onCheckpoint(long step, Path checkpoint) {
                heard.add(checkpoint.getFileName() + " " + step);
            }

            @Override
            public void onFinish() {
                heard.add("finish");
            }
        });
        assertThat(heard).containsExactly("start 0", "step-00000005 5", "step-00000007 7", "finish");
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> config(6, 3, 0, Precision.FLOAT32, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("batch-size must be a multiple of accumulation, but 8 is not one of 3");
        assertThatThrownBy(() -> TrainingConfig.of(0, 8, 0.1, 1)).hasMessageContaining("steps must be positive");
        assertThatThrownBy(() -> TrainingConfig.of(1, 8, Double.NaN, 1)).hasMessageContaining("learning-rate");
        assertThatThrownBy(() -> config(1, 1, 1, Precision.FLOAT32, 1)).hasMessageContaining("ema-decay");
    }
}
