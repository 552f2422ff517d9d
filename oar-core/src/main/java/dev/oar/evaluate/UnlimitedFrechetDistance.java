package dev.oar.evaluate;

import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import java.util.Arrays;
import java.util.List;

/**
 * The Frechet distance that unlimited samples would have (Chong and Forsyth, "Effectively unbiased FID and Inception Score and where to
 * find them", arXiv 1911.07023): distances of random subsets of several sizes lie about a line in the inverse of their size, which is
 * followed to 0. The reference is taken whole.
 */
public final class UnlimitedFrechetDistance implements SampleStatistic {
    private static final int SIZES = 8;

    /** Smallest share of the samples that a subset holds. */
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
    public List<Metric> metrics(String featureSpace) {
        Metric limited = FrechetDistance.metric(featureSpace);
        return List.of(new Metric(limited.name().replaceFirst(" ", "-infinity "), true));
    }

    @Override
    public int leastFamilies() {
        return 16;
    }

    @Override
    public double[] of(FeatureSet reference, FeatureSet samples) {
        requireMeasurable(reference, samples);
        int count = samples.families().count();
        GaussianStatistics real = GaussianStatistics.of(reference);
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
        return new double[] {intercept(inverses, distances)};
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
