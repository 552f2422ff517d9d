package dev.oar.train;

import dev.oar.config.Require;
import java.util.Map;
import java.util.function.Function;

/**
 * Measures what is being trained on data that it is not trained on, every so many steps and after the last one. The figures go into the
 * report of the step and into the metrics file, and change nothing of the training: its weights are those of a training that is not
 * measured, bit for bit.
 *
 * @param every steps between measurements, at least 1
 * @param measure figures by name, in a fixed order; called in a scope of its own, without recording gradients on the calling thread
 */
public record HeldOut(long every, Function<TrainingView, Map<String, Double>> measure) {
    /** Checks the number. */
    public HeldOut {
        requireEvery(every);
    }

    /**
     * Checks a number of steps between measurements.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public static void requireEvery(long every) {
        Require.that(every >= 1, "held-out-every must be at least 1, but is %d; leave it out for none", every);
    }

    /** Whether it measures after this step. */
    boolean follows(long step, long steps) {
        return step % every == 0 || step == steps;
    }
}
