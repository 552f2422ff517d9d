package dev.oar.train;

import dev.oar.config.Default;
import dev.oar.config.Kind;
import dev.oar.config.Require;

/** The learning rate as a function of the step: a linear warm-up from 0, then a shape. */
public sealed interface LearningRateSchedule {
    /** The number of steps over which the rate rises linearly; the first of them uses rate 0. */
    long warmUpSteps();

    /**
     * The rate as a fraction of its peak once the warm-up is over.
     *
     * @param progress how much of the time after the warm-up has passed, in [0, 1]
     */
    double shareOfPeak(double progress);

    /**
     * Whether the rate of a step depends on how many steps the whole training has. A training whose rate does not may be given more steps
     * when it has ended, and goes on as if it had had them from the start; at a rate that decays towards the end, every step would have had
     * another rate.
     */
    boolean dependsOnSteps();

    /**
     * The rate used by one step.
     *
     * @param peak the rate at the end of the warm-up
     * @param step the number of steps done before, from 0
     * @param steps the number of steps of the whole training
     */
    default double rate(double peak, long step, long steps) {
        if (step < warmUpSteps()) {
            return peak * step / Math.max(1, warmUpSteps());
        }
        double progress = (double) (step - warmUpSteps()) / Math.max(1, steps - warmUpSteps());
        return peak * shareOfPeak(Math.min(1, progress));
    }

    /**
     * Half a cosine from the peak down to a fraction of it (Loshchilov and Hutter, arXiv 1608.03983, without restarts).
     *
     * @param warmUpSteps steps of linear warm-up, at least 0
     * @param minimumRatio the last rate as a fraction of the peak, in [0, 1]
     */
    @Kind("cosine")
    record Cosine(
            @Default("0") long warmUpSteps, @Default("0.05") double minimumRatio) implements LearningRateSchedule {
        /** Checks the numbers. */
        public Cosine {
            requireWarmUp(warmUpSteps);
            if (!(minimumRatio >= 0 && minimumRatio <= 1)) {
                throw new IllegalArgumentException(
                        "minimum-ratio must lie in [0, 1], but is " + minimumRatio + "; 0.05 is a common choice");
            }
        }

        @Override
        public double shareOfPeak(double progress) {
            return minimumRatio + (1 - minimumRatio) * 0.5 * (1 + Math.cos(Math.PI * progress));
        }

        @Override
        public boolean dependsOnSteps() {
            return true;
        }
    }

    /**
     * A straight line from the peak down to 0 at the end: with peak {@code p}, {@code w} steps of warm-up and {@code n} steps in all, step
     * {@code t} from 0 uses
     *
     * <pre>
     *     p t / w               for t &lt; w
     *     p (n - t) / (n - w)   from then on
     * </pre>
     *
     * @param warmUpSteps steps of linear warm-up, at least 0
     */
    @Kind("linear")
    record Linear(@Default("0") long warmUpSteps) implements LearningRateSchedule {
        /** Checks the number. */
        public Linear {
            requireWarmUp(warmUpSteps);
        }

        @Override
        public double shareOfPeak(double progress) {
            return 1 - progress;
        }

        @Override
        public boolean dependsOnSteps() {
            return true;
        }
    }

    /**
     * The peak, for ever.
     *
     * @param warmUpSteps steps of linear warm-up, at least 0
     */
    @Kind("constant")
    record Constant(@Default("0") long warmUpSteps) implements LearningRateSchedule {
        /** Checks the number. */
        public Constant {
            requireWarmUp(warmUpSteps);
        }

        @Override
        public double shareOfPeak(double progress) {
            return 1;
        }

        @Override
        public boolean dependsOnSteps() {
            return false;
        }
    }

    private static void requireWarmUp(long steps) {
        Require.that(steps >= 0, "warm-up-steps must be at least 0, but is %d; 0 is off", steps);
    }
}
