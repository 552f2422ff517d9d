package dev.oar.evaluate;

import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import java.util.Arrays;
import java.util.List;

/**
 * The Frechet distance that unlimited samples would have (Chong and Forsyth, "Effectively unbiased FID and Inception Score and where to
 * find them", arXiv 1911.07023): distances of random subsets of several sizes lie about a line in the inverse of their size, which is
 * followed to 0. The reference is taken whole.
 *
 * <p>The line is straight only where the covariance of every subset has full rank; with fewer images than features the distance bends, and
 * what the line leads to is nowhere near the truth. So the smallest subset, a quarter, must hold more families than there are features.
 */
public final class UnlimitedFrechetDistance implements SampleStatistic {
    private static final int SIZES = 8;

    /** Smallest fraction of the samples that a subset holds. */
    private static final double SMALLEST = 0.25;

    private final long seed;

    /**
     * A distance.
     *
     * @param seed chooses the subsets
     */
    public UnlimitedFrechetDistance(long seed) {
        this.seed = seed;
    }

    @Override
    public List<Metric> metrics(FeatureSpace space) {
        return List.of(new Metric(
                space.caption(space.inception() ? "FID-infinity" : "FD-infinity"), true, Metric.Kind.DISTANCE));
    }

    @Override
    public int leastFamilies() {
        return 16;
    }

    /** The fewest families of drawn images whose distance can be followed to unlimited ones. */
    public static int leastFamilies(int width) {
        return Math.multiplyExact(4, width + 1);
    }

    /**
     * Checks that the smallest subset spans the features.
     *
     * @param families of drawn images
     * @param width the number of features
     * @throws IllegalArgumentException if there are fewer than {@link #leastFamilies(int)}
     */
    public static void requireEnough(int families, int width) {
        if (families < leastFamilies(width)) {
            throw new IllegalArgumentException(
                    "a distance is followed to unlimited samples from subsets down to a quarter, each of which must"
                            + " hold more images than there are features, but there"
                            + " are " + families + " images for " + width
                            + " features; draw at least " + leastFamilies(width)
                            + ", or do without the distance of unlimited samples");
        }
    }

    @Override
    public boolean measures(int real, int drawn, int width) {
        return SampleStatistic.super.measures(real, drawn, width) && drawn >= leastFamilies(width);
    }

    @Override
    public double[] of(FeatureSet reference, FeatureSet samples) {
        reference.requireComparable(samples);
        return new double[] {between(GaussianStatistics.of(reference), samples)};
    }

    /**
     * The distance from a reference that is given by its statistics.
     *
     * @throws IllegalArgumentException if the widths differ, or there are fewer families than {@link #leastFamilies(int)}
     */
    public double between(GaussianStatistics real, FeatureSet samples) {
        int count = samples.families().count();
        requireEnough(count, samples.width());
        double[] inverses = new double[SIZES];
        double[] distances = new double[SIZES];
        CounterRandom random = CounterRandom.of(seed, "subsets of unlimited samples");
        for (int i = 0; i < SIZES; i++) {
            int size = (int) Math.round(count * (SMALLEST + (1 - SMALLEST) * i / (SIZES - 1)));
            int[] chosen = Arrays.copyOf(
                    GenerationOrder.uniform(count, random.derive(i)).toArray(), size);
            Arrays.sort(chosen);
            inverses[i] = 1.0 / size;
            distances[i] = FrechetDistance.between(real, GaussianStatistics.of(samples.familySubset(chosen)));
        }
        return intercept(inverses, distances);
    }

    /** Where the least-squares line through the points stands at 0. */
    static double intercept(double[] x, double[] y) {
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double products = 0;
        double squares = 0;
        for (int i = 0; i < x.length; i++) {
            products += (x[i] - meanX) * (y[i] - meanY);
            squares += (x[i] - meanX) * (x[i] - meanX);
        }
        return meanY - products / squares * meanX;
    }
}
