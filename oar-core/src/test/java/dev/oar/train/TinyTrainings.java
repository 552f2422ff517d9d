package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.checkpoint.Checkpoint;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.tensor.Precision;
import dev.oar.tensor.Weights;
import dev.oar.tuning.PrecisionSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Trainings of a {@link TinyTask}, with what goes wrong in them. */
final class TinyTrainings {
    private TinyTrainings() {}

    /** What a training leaves, as far as it must not depend on interruptions. */
    record Outcome(String result, String weights, String state, List<String> metrics) {}

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

    static TrainingConfig constant(long steps, double emaDecay, long seed) {
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

    static Outcome train(TrainingConfig config, Path directory, TrainingListener... listeners) throws IOException {
        return train(config, Spoil.LOSS, Set.of(), directory, listeners);
    }

    static Outcome train(
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

    static Weights trained(TrainingConfig config, Path directory) throws IOException {
        try (TinyTask task = new TinyTask(config, 0)) {
            return TrainingLoop.run(config, task, directory, List.of()).weights();
        }
    }

    /** Ends a run as an interruption would. */
    record StopAt(long step) implements TrainingListener {
        @Override
        public void onStep(StepReport report, TrainingView view) throws IOException {
            if (report.step() == step) {
                throw new IOException("stopped at step " + step);
            }
        }
    }

    /** What goes wrong at a step. */
    enum Spoil {
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
    record Spoiled(TinyTask task, Spoil spoil, Set<Long> steps) implements TrainingTask {
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
