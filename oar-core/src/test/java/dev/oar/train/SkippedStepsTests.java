package dev.oar.train;

import static dev.oar.train.TinyTrainings.config;
import static dev.oar.train.TinyTrainings.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.checkpoint.Checkpoint;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.tensor.Precision;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import dev.oar.train.TinyTrainings.Outcome;
import dev.oar.train.TinyTrainings.Spoil;
import dev.oar.train.TinyTrainings.StopAt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("processor")
@ExtendWith(NativeMemory.class)
class SkippedStepsTests {
    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(Spoil.class)
    void aStepWithoutFiniteLossAndGradientIsSkippedAndCounted(Spoil spoil) throws IOException {
        TrainingConfig config = config(12, 2, 0.9, Precision.FLOAT32, 10);
        Outcome outcome = train(config, spoil, Set.of(4L, 5L, 8L), directory.resolve("spoiled"));
        List<MetricsFile.Line> lines =
                MetricsFile.read(directory.resolve("spoiled").resolve(TrainingLoop.METRICS));
        assertThat(lines).extracting(MetricsFile.Line::step).containsExactly(1L, 3L, 6L, 9L, 12L);
        assertThat(lines).extracting(MetricsFile.Line::skipped).containsExactly(0L, 0L, 2L, 3L, 3L);
        assertThat(lines.get(2).gradientNorm()).isNaN();
        assertThat(lines.get(2).loss()).matches(loss -> Double.isNaN(loss) == (spoil == Spoil.LOSS));
        assertThat(lines.get(4).loss()).isFinite();
        assertThat(outcome.weights())
                .isNotEqualTo(train(config, directory.resolve("whole")).weights());
    }

    @Test
    void aSkippedStepChangesNothingAndCountsForNothing() throws IOException {
        TrainingConfig config = config(6, 1, 0.9, Precision.FLOAT32, 11);
        assertThatThrownBy(() -> train(config, Spoil.GRADIENT, Set.of(0L, 1L, 2L, 3L, 4L), directory, new StopAt(6)))
                .hasMessageContaining("stopped");
        Checkpoint five =
                Checkpoint.latest(directory.resolve(TrainingLoop.CHECKPOINTS)).orElseThrow();
        assertThat(five.step()).isEqualTo(5);
        assertThat(five.state()).containsEntry("skipped-steps", "5").containsEntry("skipped-steps-in-a-row", "5");
        try (TinyTask untrained = new TinyTask(config, 0.3);
                Weights weights = five.weights("weights");
                Weights average = five.weights("ema");
                Weights moments = five.weights("optimizer")) {
            assertThat(Fingerprint.of(weights)).isEqualTo(Fingerprint.of(untrained.weights()));
            assertThat(Fingerprint.of(average)).isEqualTo(Fingerprint.of(untrained.weights()));
            dev.oar.tensor.TensorScope.run(() -> moments.asMap()
                    .forEach((name, tensor) -> assertThat(tensor.abs().max().item_double())
                            .as(name)
                            .isZero()));
        }
    }

    @ParameterizedTest
    @CsvSource({"3", "5", "6", "7", "10"})
    void aRunInterruptedAmongSkippedStepsEndsAsAnUninterruptedOne(long interruptedAt) throws IOException {
        TrainingConfig config = config(12, 2, 0.9, Precision.BFLOAT16, 17);
        Set<Long> spoiled = Set.of(1L, 3L, 4L, 5L, 6L, 10L);
        Outcome whole = train(config, Spoil.LOSS, spoiled, directory.resolve("whole"));
        Path interrupted = directory.resolve("interrupted");
        assertThatThrownBy(() -> train(config, Spoil.LOSS, spoiled, interrupted, new StopAt(interruptedAt)))
                .hasMessage("stopped at step " + interruptedAt);
        assertThat(train(config, Spoil.LOSS, spoiled, interrupted)).isEqualTo(whole);
    }

    @ParameterizedTest
    @EnumSource(Spoil.class)
    void tenSkippedStepsInARowEndTheRunAlsoAcrossAnInterruption(Spoil spoil) throws IOException {
        TrainingConfig config = config(20, 1, 0, Precision.FLOAT32, 18);
        Set<Long> spoiled = LongStream.range(3, 20).boxed().collect(Collectors.toSet());
        for (long interruptedAt : new long[] {8, 0}) {
            assertThatThrownBy(() -> train(config, spoil, spoiled, directory, new StopAt(interruptedAt)))
                    .hasMessageContaining(
                            interruptedAt == 8
                                    ? "stopped at step 8"
                                    : "but not 10 in a row as steps 4 to 13, the last with a "
                                            + (spoil == Spoil.LOSS ? "loss of NaN" : "gradient norm of NaN")
                                            + "; lower learning-rate");
        }
        assertThat(Checkpoint.latest(directory.resolve(TrainingLoop.CHECKPOINTS)))
                .hasValueSatisfying(checkpoint -> assertThat(checkpoint.step()).isEqualTo(10));
    }

    @Test
    void aCheckpointWithoutCountsIsOneOfNoSkippedSteps() throws IOException {
        TrainingConfig config = config(12, 1, 0, Precision.FLOAT32, 19);
        Outcome whole = train(config, directory.resolve("whole"));
        Path interrupted = directory.resolve("interrupted");
        assertThatThrownBy(() -> train(config, interrupted, new StopAt(7))).hasMessageContaining("stopped");
        Path state = interrupted.resolve(TrainingLoop.CHECKPOINTS).resolve("step-00000005/state.json");
        Files.writeString(state, Files.readString(state).replaceAll("\"skipped-steps[a-z-]*\" : \"0\",", ""));
        assertThat(Files.readString(state)).doesNotContain("skipped");
        assertThat(train(config, interrupted)).isEqualTo(whole);
    }
}
