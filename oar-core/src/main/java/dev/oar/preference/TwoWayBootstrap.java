package dev.oar.preference;

import dev.oar.config.Require;
import dev.oar.evaluate.Interval;
import dev.oar.order.CounterRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * The bootstrap over pairs of images and over raters at once: both are drawn with replacement, and a vote counts as often as its pair times as
 * often as its rater (A. B. Owen, "The pigeonhole bootstrap", The Annals of Applied Statistics 1, 2007). Its intervals cover other pictures
 * and other people; they are rather too wide than too narrow. With one rater only the pairs are drawn, so that they cover no others.
 *
 * @param replicates how often, at least 100
 * @param seed chooses what is drawn
 */
public record TwoWayBootstrap(int replicates, long seed) {
    /** The largest share of replicates that may have no figure. */
    private static final double MISSING = 0.01;

    /** Checks the number. */
    public TwoWayBootstrap {
        Require.that(
                replicates >= 100 && replicates <= 1_000_000,
                "bootstrap needs 100 to 1000000 replicates, but there are %s; the usual number is 2000",
                replicates);
    }

    /**
     * One replicate.
     *
     * @param pairs how often each pair was drawn
     * @param raters how often each rater was drawn
     */
    public record Draw(int[] pairs, int[] raters) {
        /** How often a vote counts. */
        public int weight(int pair, int rater) {
            return pairs[pair] * raters[rater];
        }
    }

    /**
     * A replicate, the same at every call.
     *
     * @param replicate its number, from 0
     * @param pairs how many there are
     * @param raters how many there are
     */
    public Draw draw(int replicate, int pairs, int raters) {
        return new Draw(drawn("pairs", replicate, pairs), drawn("raters", replicate, raters));
    }

    private int[] drawn(String of, int replicate, int count) {
        CounterRandom random = CounterRandom.of(seed, "bootstrap of " + of).derive(replicate);
        int[] times = new int[count];
        for (int i = 0; i < count; i++) {
            times[random.integer(count, i)]++;
        }
        return times;
    }

    /**
     * The interval between the percentiles of a figure over all replicates.
     *
     * @param figures one per replicate; not a number where a replicate has none
     * @return empty if more than one replicate in a hundred has none
     */
    public Optional<Range> range(double... figures) {
        double[] sorted =
                Arrays.stream(figures).filter(Double::isFinite).sorted().toArray();
        if (sorted.length == 0 || figures.length - sorted.length > MISSING * figures.length) {
            return Optional.empty();
        }
        double tail = (1 - Interval.LEVEL) / 2;
        return Optional.of(new Range(quantile(sorted, tail), quantile(sorted, 1 - tail)));
    }

    private static double quantile(double[] sorted, double chance) {
        double place = chance * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(sorted.length - 1, below + 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
