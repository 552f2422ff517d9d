package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.checkpoint.Checkpoint;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.file.CorruptFileException;
import dev.oar.tensor.Precision;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import dev.oar.tuning.PrecisionSetting;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
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

    /** What a training leaves, as far as it must not depend on interruptions. */
    private record Outcome(String result, String weights, String state, List<String> metrics) {}

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
                                    : "not without 10 in a row, and steps 4 to 13 were such, the last with a "
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

    @Test
    void aCheckpointOfAnotherTrainingIsRefusedInOneSentence() throws IOException {
        train(config(6, 1, 0, Precision.FLOAT32, 12), directory);
        assertThatThrownBy(() -> train(config(7, 1, 0, Precision.FLOAT32, 12), directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "belongs to a different training run and cannot be resumed: steps was 6 and is now 7 (only a"
                            + " constant rate can go on for more steps, since a decaying one would have been another"
                            + " at every step)");
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

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> config(6, 3, 0, Precision.FLOAT32, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("batch-size must be a multiple of accumulation, but 8 is none of 3");
        assertThatThrownBy(() -> TrainingConfig.of(0, 8, 0.1, 1)).hasMessageContaining("steps must be positive");
        assertThatThrownBy(() -> TrainingConfig.of(1, 8, Double.NaN, 1)).hasMessageContaining("learning-rate");
        assertThatThrownBy(() -> config(1, 1, 1, Precision.FLOAT32, 1)).hasMessageContaining("ema-decay");
    }

    static TrainingConfig config(long steps, int accumulation, double emaDecay, Precision precision, long seed) {
        return new TrainingConfig(
                steps,
                8,
                accumulation,
                0.02,
                new LearningRateSchedule.Cosine(Math.min(2, steps), 0.1),
                0.01,
                0.9,
                0.95,
                1e-8,
                1,
                emaDecay,
                PrecisionSetting.of(precision),
                5,
                2,
                3,
                seed);
    }

    private static TrainingConfig constant(long steps, double emaDecay, long seed) {
        TrainingConfig decaying = config(steps, 1, emaDecay, Precision.FLOAT32, seed);
        return new TrainingConfig(
                steps,
                decaying.batchSize(),
                1,
                decaying.learningRate(),
                new LearningRateSchedule.Constant(1),
                decaying.weightDecay(),
                decaying.beta1(),
                decaying.beta2(),
                decaying.epsilon(),
                decaying.clipNorm(),
                emaDecay,
                decaying.precision(),
                decaying.checkpointEvery(),
                decaying.keepCheckpoints(),
                decaying.logEvery(),
                seed);
    }

    private static Outcome train(TrainingConfig config, Path directory, TrainingListener... listeners)
            throws IOException {
        return train(config, Spoil.LOSS, Set.of(), directory, listeners);
    }

    private static Outcome train(
            TrainingConfig config, Spoil spoil, Set<Long> spoiled, Path directory, TrainingListener... listeners)
            throws IOException {
        try (TinyTask task = new TinyTask(config, 0.3);
                TrainingResult result =
                        TrainingLoop.run(config, new Spoiled(task, spoil, spoiled), directory, List.of(listeners))) {
            assertThat(result.averaged()).isEqualTo(config.emaDecay() > 0);
            assertThat(Checkpoint.open(result.checkpoint()).step()).isEqualTo(config.steps());
            return new Outcome(
                    Fingerprint.of(result.weights()),
                    Fingerprint.of(task.weights()),
                    Fingerprint.of(task.state()),
                    Files.readAllLines(directory.resolve(TrainingLoop.METRICS)).stream()
                            .map(line -> line.replaceAll("\"seconds\":[^}]*", ""))
                            .toList());
        }
    }

    private static Weights trained(TrainingConfig config, Path directory) throws IOException {
        try (TinyTask task = new TinyTask(config, 0)) {
            return TrainingLoop.run(config, task, directory, List.of()).weights();
        }
    }

    /** Ends a run as an interruption would. */
    private record StopAt(long step) implements TrainingListener {
        @Override
        public void onStep(StepReport report, TrainingView view) throws IOException {
            if (report.step() == step) {
                throw new IOException("stopped at step " + step);
            }
        }
    }

    /** What goes wrong at a step. */
    private enum Spoil {
        LOSS,
        GRADIENT;

        Tensor spoil(Tensor loss) {
            // The root has an infinite slope at 0, which times 0 is no number.
            return this == LOSS
                    ? loss.mul(new Scalar(Double.NaN))
                    : loss.sub(loss).sqrt().add(loss);
        }
    }

    /** A task that goes wrong at some steps. */
    private record Spoiled(TinyTask task, Spoil spoil, Set<Long> steps) implements TrainingTask {
        @Override
        public Weights weights() {
            return task.weights();
        }

        @Override
        public Tensor loss(long step, int first, int count) {
            Tensor loss = task.loss(step, first, count);
            return steps.contains(step) ? spoil.spoil(loss) : loss;
        }

        @Override
        public Map<String, Double> lastMetrics() {
            return task.lastMetrics();
        }

        @Override
        public void afterStep(long step) {
            task.afterStep(step);
        }

        @Override
        public Map<String, Weights> stateToSave() {
            return task.stateToSave();
        }
    }
}
