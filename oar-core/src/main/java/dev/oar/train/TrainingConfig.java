package dev.oar.train;

import dev.oar.config.Default;
import dev.oar.config.Require;
import dev.oar.tensor.Precision;
import dev.oar.tuning.PrecisionSetting;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a training goes.
 *
 * @param steps optimizer steps in all, at least 1; at a rate that does not depend on it, a training that has ended goes on when it is
 *     raised
 * @param batchSize images per step
 * @param accumulation micro-batches that a step's batch is cut into, to save memory; a divisor of the batch size
 * @param learningRate the peak of the schedule, positive
 * @param schedule the learning rate over the steps
 * @param weightDecay decoupled weight decay of parameters with two and more axes; 0 is off
 * @param beta1 decay of AdamW's first moment, in [0, 1)
 * @param beta2 decay of AdamW's second moment, in [0, 1)
 * @param epsilon AdamW's epsilon, positive
 * @param clipNorm largest norm of all gradients together; 0 is off
 * @param emaDecay decay of the moving average of the weights, in [0, 1); 0 is off
 * @param precision arithmetic of the forward pass; automatic until it is settled where the training begins
 * @param checkpointEvery steps between checkpoints, at least 1; the last step is always saved
 * @param keepCheckpoints how many checkpoints stay on disk, at least 1
 * @param logEvery steps between lines of the metrics file, at least 1
 * @param seed decides batches, orders and dropout
 */
public record TrainingConfig(
        long steps,
        int batchSize,
        @Default("1") int accumulation,
        double learningRate,
        @Default("{kind: cosine}") LearningRateSchedule schedule,
        @Default("0.05") double weightDecay,
        @Default("0.9") double beta1,
        @Default("0.95") double beta2,
        @Default("1e-8") double epsilon,
        @Default("1") double clipNorm,
        @Default("0") double emaDecay,
        @Default("auto") PrecisionSetting precision,
        @Default("500") long checkpointEvery,
        @Default("2") int keepCheckpoints,
        @Default("10") long logEvery,
        @Default("0") long seed) {
    /** The name of the number of steps among the settings that weights depend on. */
    static final String STEPS = "steps";

    /** The name of the precision among the settings that weights depend on. */
    static final String PRECISION = "precision";

    /** Checks the ranges. */
    public TrainingConfig {
        requirePositive("steps", steps);
        requirePositive("batch-size", batchSize);
        requirePositive("accumulation", accumulation);
        requirePositive("checkpoint-every", checkpointEvery);
        requirePositive("keep-checkpoints", keepCheckpoints);
        requirePositive("log-every", logEvery);
        Require.that(
                batchSize % accumulation == 0,
                "batch-size must be a multiple of accumulation, but %d is not one of %d; choose a divisor such as 1",
                batchSize,
                accumulation);
        Require.that(
                learningRate > 0 && learningRate < Double.POSITIVE_INFINITY,
                "learning-rate must be positive, but is %s; 0.0004 is a common choice",
                learningRate);
        Require.that(clipNorm >= 0, "clip-norm must be at least 0, but is %s; 1 is common and 0 is off", clipNorm);
        Require.that(
                emaDecay >= 0 && emaDecay < 1,
                "ema-decay must lie in [0, 1), but is %s; 0.999 is common and 0 is off",
                emaDecay);
        Require.that(
                schedule.warmUpSteps() <= steps,
                "warm-up-steps must not exceed steps, but %d exceeds %d; shorten the warm-up",
                schedule.warmUpSteps(),
                steps);
        // The optimizer's own numbers are checked where they are used.
        var unused = new AdamW.Settings(beta1, beta2, epsilon, weightDecay);
    }

    /** A training with a constant rate and the usual other settings, in float32, without warm-up and moving average. */
    public static TrainingConfig of(long steps, int batchSize, double learningRate, long seed) {
        return new TrainingConfig(
                steps,
                batchSize,
                1,
                learningRate,
                new LearningRateSchedule.Constant(0),
                0.05,
                0.9,
                0.95,
                1e-8,
                1,
                0,
                PrecisionSetting.FLOAT32,
                500,
                2,
                10,
                seed);
    }

    /** The same training under another seed. */
    public TrainingConfig withSeed(long newSeed) {
        return new TrainingConfig(
                steps,
                batchSize,
                accumulation,
                learningRate,
                schedule,
                weightDecay,
                beta1,
                beta2,
                epsilon,
                clipNorm,
                emaDecay,
                precision,
                checkpointEvery,
                keepCheckpoints,
                logEvery,
                newSeed);
    }

    /** The same training with another peak of the learning rate. */
    public TrainingConfig withLearningRate(double peak) {
        return new TrainingConfig(
                steps,
                batchSize,
                accumulation,
                peak,
                schedule,
                weightDecay,
                beta1,
                beta2,
                epsilon,
                clipNorm,
                emaDecay,
                precision,
                checkpointEvery,
                keepCheckpoints,
                logEvery,
                seed);
    }

    /** The same training in a precision that has been decided. */
    public TrainingConfig withPrecision(Precision decided) {
        return new TrainingConfig(
                steps,
                batchSize,
                accumulation,
                learningRate,
                schedule,
                weightDecay,
                beta1,
                beta2,
                epsilon,
                clipNorm,
                emaDecay,
                PrecisionSetting.of(decided),
                checkpointEvery,
                keepCheckpoints,
                logEvery,
                seed);
    }

    /**
     * The same training in its shortest form, if it may be given more steps: equal for trainings that differ in nothing else. Otherwise this
     * training.
     */
    public TrainingConfig butSteps() {
        return schedule.dependsOnSteps() ? this : withSteps(Math.max(1, schedule.warmUpSteps()));
    }

    /** The same training with another number of steps. */
    public TrainingConfig withSteps(long newSteps) {
        return new TrainingConfig(
                newSteps,
                batchSize,
                accumulation,
                learningRate,
                schedule,
                weightDecay,
                beta1,
                beta2,
                epsilon,
                clipNorm,
                emaDecay,
                precision,
                checkpointEvery,
                keepCheckpoints,
                logEvery,
                seed);
    }

    /** Whether a checkpoint is saved after this step. */
    boolean savesAfter(long step) {
        return step % checkpointEvery == 0 || step == steps;
    }

    /** Images per micro-batch. */
    public int microBatchSize() {
        return batchSize / accumulation;
    }

    /** AdamW's part of the settings. */
    public AdamW.Settings optimizer() {
        return new AdamW.Settings(beta1, beta2, epsilon, weightDecay);
    }

    /** The rate used by the step that follows after this many. */
    public double learningRateAt(long stepsDone) {
        return schedule.rate(learningRate, stepsDone, steps);
    }

    /** The settings that the weights after a step depend on, by the names they have in recipes. */
    Map<String, String> decisive() {
        Map<String, String> decisive = new LinkedHashMap<>();
        if (schedule.dependsOnSteps()) {
            decisive.put(STEPS, Long.toString(steps));
        }
        decisive.put("batch-size", Integer.toString(batchSize));
        decisive.put("accumulation", Integer.toString(accumulation));
        decisive.put("learning-rate", Double.toString(learningRate));
        decisive.put("schedule", schedule.toString());
        decisive.put("weight-decay", Double.toString(weightDecay));
        decisive.put("beta1", Double.toString(beta1));
        decisive.put("beta2", Double.toString(beta2));
        decisive.put("epsilon", Double.toString(epsilon));
        decisive.put("clip-norm", Double.toString(clipNorm));
        decisive.put("ema-decay", Double.toString(emaDecay));
        decisive.put(PRECISION, precision.explicit().toString());
        decisive.put("seed", Long.toString(seed));
        return decisive;
    }

    private static void requirePositive(String name, long value) {
        Require.that(value >= 1, "%s must be positive, but is %d; give at least 1", name, value);
    }
}
