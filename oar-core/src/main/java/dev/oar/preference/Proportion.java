package dev.oar.preference;

import dev.oar.config.Require;
import dev.oar.evaluate.Interval;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.special.Beta;

/**
 * How often one of two things happened in independent trials, with the exact test of whether both are equally likely and 95 % intervals.
 *
 * @param successes how often, 0 to the number of trials
 * @param trials at least 1
 */
public record Proportion(int successes, int trials) {
    private static final double ALPHA = 1 - Interval.LEVEL;
    private static final double ACCURACY = 1e-13;
    private static final double QUANTILE = new NormalDistribution().inverseCumulativeProbability(1 - ALPHA / 2);

    /** Checks the counts. */
    public Proportion {
        Require.that(
                trials >= 1 && successes >= 0 && successes <= trials,
                "a share needs at least one trial and no more successes than those, but there are %s of %s; count again",
                successes,
                trials);
    }

    /** Successes by trials. */
    public double share() {
        return (double) successes / trials;
    }

    /** The exact two-sided p value of the binomial test that both are equally likely, in (0, 1]. */
    public double chanceOfHalf() {
        int larger = Math.max(successes, trials - successes);
        return Math.min(1, 2 * atLeast(larger, trials, 0.5));
    }

    /**
     * The exact interval of C. J. Clopper and E. S. Pearson, Biometrika 26, 1934: every share that an exact test of half the error on
     * either side does not refuse.
     */
    public Range clopperPearson() {
        double low = successes == 0 ? 0 : beta(successes, trials - successes + 1, ALPHA / 2);
        double high = successes == trials ? 1 : beta(successes + 1, trials - successes, 1 - ALPHA / 2);
        return new Range(low, high);
    }

    private static double beta(double alpha, double beta, double chance) {
        return new BetaDistribution(alpha, beta, ACCURACY).inverseCumulativeProbability(chance);
    }

    /** The score interval of E. B. Wilson, Journal of the American Statistical Association 22, 1927. */
    public Range wilson() {
        double square = QUANTILE * QUANTILE;
        double whole = trials + square;
        double centre = (successes + square / 2) / whole;
        double reach = QUANTILE / whole * Math.sqrt((double) successes * (trials - successes) / trials + square / 4);
        return new Range(Math.max(0, centre - reach), Math.min(1, centre + reach));
    }

    /** The chance of at least so many successes; small chances keep their relative precision. */
    static double atLeast(int successes, int trials, double share) {
        return successes <= 0
                ? 1
                : successes > trials ? 0 : Beta.regularizedBeta(share, successes, trials - successes + 1);
    }
}
