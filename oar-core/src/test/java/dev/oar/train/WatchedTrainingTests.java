package dev.oar.train;

import static dev.oar.train.TinyTrainings.config;
import static dev.oar.train.TinyTrainings.constant;
import static dev.oar.train.TinyTrainings.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.checkpoint.Checkpoint;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.tensor.Precision;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import dev.oar.train.TinyTrainings.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trainings that are watched, measured on the way, and given more steps. */
@Tag("processor")
@ExtendWith(NativeMemory.class)
class WatchedTrainingTests {
    @TempDir
    Path directory;

    @Test
    void listenersSeeTheWeightsAndTheirMovingAverageAsTheyAreSaved() throws IOException {
        List<String> seen = new ArrayList<>();
        train(config(5, 1, 0.9, Precision.FLOAT32, 20), directory, new TrainingListener() {
            @Override
            public void onStep(StepReport report, TrainingView view) {
                seen.clear();
                seen.add(Fingerprint.of(view.weights()));
                seen.add(Fingerprint.of(view.average().orElseThrow()));
                assertThat(view.best()).isSameAs(view.average().orElseThrow());
            }
        });
        Checkpoint saved =
                Checkpoint.latest(directory.resolve(TrainingLoop.CHECKPOINTS)).orElseThrow();
        try (Weights weights = saved.weights("weights");
                Weights average = saved.weights("ema")) {
            assertThat(seen).containsExactly(Fingerprint.of(weights), Fingerprint.of(average));
        }
        train(config(2, 1, 0, Precision.FLOAT32, 20), directory.resolve("plain"), new TrainingListener() {
            @Override
            public void onStep(StepReport report, TrainingView view) {
                assertThat(view.average()).isEmpty();
                assertThat(view.best()).isSameAs(view.weights());
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 5, 0", "4, 7, 0.9", "9, 10, 0.5"})
    void aTrainingAtAConstantRateGoesOnForMoreStepsAsIfItHadHadThemFromTheStart(long steps, long more, double emaDecay)
            throws IOException {
        long seed = 21 + steps;
        Outcome whole = train(constant(steps + more, emaDecay, seed), directory.resolve("whole"));
        Path inTwo = directory.resolve("in two");
        train(constant(steps, emaDecay, seed), inTwo);
        Outcome outcome = train(constant(steps + more, emaDecay, seed), inTwo);
        assertThat(outcome.result()).as("seed %d", seed).isEqualTo(whole.result());
        assertThat(outcome.weights()).as("seed %d", seed).isEqualTo(whole.weights());
        assertThat(outcome.state()).as("seed %d", seed).isEqualTo(whole.state());
        assertThat(outcome.metrics()).as("seed %d", seed).containsAll(whole.metrics());
    }

    @Test
    void aTrainingDoesNotGoBackToFewerSteps() throws IOException {
        train(constant(6, 0, 23), directory);
        assertThatThrownBy(() -> train(constant(4, 0, 23), directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has done 6 steps and steps is now 4; raise steps, or delete");
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "3, 0.9", "5, 0.5"})
    void measuringHeldOutDataChangesNothingOfTheTraining(long every, double emaDecay) throws IOException {
        TrainingConfig config = config(11, 2, emaDecay, Precision.FLOAT32, 24);
        Outcome whole = train(config, directory.resolve("whole"));
        List<Long> measured = new ArrayList<>();
        HeldOut heldOut = new HeldOut(every, view -> {
            var drawn = torch.rand(3).add(view.best().get("in.bias").narrow(0, 0, 3));
            assertThat(drawn.requires_grad()).isFalse();
            return Map.of("held-out", drawn.sum().item_double());
        });
        TrainingListener listener = new TrainingListener() {
            @Override
            public void onStep(StepReport report, TrainingView view) {
                if (!report.heldOut().isEmpty()) {
                    measured.add(report.step());
                }
            }
        };
        Path to = directory.resolve("measured");
        try (TinyTask task = new TinyTask(config, 0.3);
                TrainingResult result = TrainingLoop.run(config, task, Optional.of(heldOut), to, List.of(listener))) {
            assertThat(Fingerprint.of(result.weights())).isEqualTo(whole.result());
            assertThat(Fingerprint.of(task.weights())).isEqualTo(whole.weights());
        }
        assertThat(measured)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 11)
                        .filter(step -> step % every == 0 || step == 11)
                        .boxed()
                        .toList());
        assertThat(MetricsFile.read(to.resolve(TrainingLoop.METRICS)).stream()
                        .filter(line -> line.metrics().containsKey("held-out"))
                        .map(MetricsFile.Line::step))
                .isEqualTo(measured);
        assertThatThrownBy(() -> new HeldOut(0, view -> Map.of())).hasMessageContaining("held-out-every must be");
    }
}
