package dev.oar.preference;

import dev.oar.config.Require;
import dev.oar.evaluate.Interval;
import java.util.OptionalInt;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * How many independent votes the exact two-sided binomial test needs to tell a share from one half.
 *
 * <p>The exact test keeps its error below the level by whole votes, so its power falls a little with some further votes before it rises
 * again. A number of votes is therefore called enough only where every larger one is enough as well.
 */
public final class BinomialPower {
    /** The error that a single comparison may make where there is no difference. */
    public static final double ALPHA = 1 - Interval.LEVEL;

    /** The largest number of votes that is looked for. */
    public static final int MOST_VOTES = 200_000;

    private static final NormalDistribution NORMAL = new NormalDistribution();

    private BinomialPower() {}

    /**
     * The chance that the test tells a share from one half.
     *
     * @param votes independent votes that are no ties, at least 0
     * @param share the share in truth, 0 to 1
     * @param alpha the chance of an error that the test may make, above 0 and below 1
     */
    public static double of(int votes, double share, double alpha) {
        Require.that(
                votes >= 0 && share >= 0 && share <= 1 && alpha > 0 && alpha < 1,
                "power needs a number of votes, a share in 0 .. 1 and an error between 0 and 1, but got %s, %s and %s",
                votes,
                share,
                alpha);
        int critical = critical(votes, alpha);
        return critical > votes
                ? 0
                : Proportion.atLeast(critical, votes, share) + Proportion.atLeast(critical, votes, 1 - share);
    }

    /** The fewest successes that the test calls more than half; more than there are votes if none are. */
    private static int critical(int votes, double alpha) {
        int critical = (int) (votes / 2.0 - NORMAL.inverseCumulativeProbability(alpha / 2) * Math.sqrt(votes) / 2);
        while (critical <= votes && 2 * Proportion.atLeast(critical, votes, 0.5) > alpha) {
            critical++;
        }
        while (critical > votes / 2 + 1 && 2 * Proportion.atLeast(critical - 1, votes, 0.5) <= alpha) {
            critical--;
        }
        return critical;
    }

    /**
     * The number of votes from which on every number has the power that is wanted.
     *
     * @param power wanted chance, above 0 and below 1
     * @return empty if that takes more than {@value #MOST_VOTES}, as it does for shares near one half
     */
    public static OptionalInt votes(double share, double power, double alpha) {
        double difference = Math.abs(share - 0.5);
        double reach = -NORMAL.inverseCumulativeProbability(alpha / 2) * 0.5
                + NORMAL.inverseCumulativeProbability(power) * Math.sqrt(share * (1 - share));
        double about = Math.pow(Math.max(reach, 0) / difference, 2);
        if (!(about <= MOST_VOTES)) {
            return OptionalInt.empty();
        }
        // Whole votes and the normal approximation move the number by far less than this.
        int votes = (int) (1.3 * about) + 60;
        while (votes > 0 && of(votes, share, alpha) >= power) {
            votes--;
        }
        return OptionalInt.of(votes + 1);
    }
}
