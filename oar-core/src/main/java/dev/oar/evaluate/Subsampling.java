package dev.oar.evaluate;

import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Intervals by subsampling families without replacement (Politis and Romano, 1994): the figure is computed anew on random
 * halves, and from how much it varies there follows how much the figure of all families varies.
 *
 * <p>For figures that no formula gives an interval for, such as distances; means have one ({@link Interval#ofMean}).
 *
 * <p>Not the bootstrap: drawing with replacement repeats images, which biases a Frechet distance upwards and puts neighbours at
 * distance 0. A figure whose error has variance {@code v / n} varies by {@code v (1 / b - 1 / n)} over subsamples of b out
 * of n, so the standard error is the standard deviation over subsamples times {@code sqrt(b / (n - b))}, 1 at halves.
 * Only the spread of the subsamples is used, never their centre: a bias that depends on the count does not move the
 * interval. Where two sets hardly differ and there are fewer images than features, a Frechet distance's error shrinks faster than that, and
 * its interval is too wide, by about a half. Which families a subsample holds depends on seed, number and family count alone, so that two models measured
 * on equally many images are subsampled alike.
 *
 * @param subsamples at least 2; 100 gives a standard error good to about 7 %
 * @param seed chooses the subsamples
 */
public record Subsampling(int subsamples, long seed) {
    /** Checks the settings. */
    public Subsampling {
        if (subsamples < 2) {
            throw new IllegalArgumentException(
                    "an interval needs at least 2 subsamples, but got " + subsamples + "; the usual number is 100");
        }
    }

    /** The figures of a statistic with their intervals, one per metric. */
    public List<Interval> intervals(SampleStatistic statistic, FeatureSet reference, FeatureSet samples) {
        int real = reference.families().count();
        int drawn = samples.families().count();
        boolean halvesMeasured = statistic.measures(real / 2, drawn / 2, samples.width());
        return intervals(halvesMeasured, real, drawn, statistic.onFamilies(reference, samples));
    }

    /**
     * The figures of a statistic with their intervals over the samples alone, one per metric: how far other samples of the same model would
     * move the figure against this very reference. Two results that were measured apart against one reference are compared by these, since
     * the chance in the reference is the same for both.
     */
    public List<Interval> intervalsGivenReference(SampleStatistic statistic, FeatureSet reference, FeatureSet samples) {
        int[] whole = all(reference.families().count());
        SampleStatistic.OfFamilies ofFamilies = statistic.onFamilies(reference, samples);
        int drawn = samples.families().count();
        boolean halvesMeasured = statistic.measures(whole.length, drawn / 2, samples.width());
        return intervals(halvesMeasured, drawn, drawn, (same, chosen) -> ofFamilies.of(whole, chosen));
    }

    /**
     * The differences first minus second of a statistic with their intervals, one per metric; both are measured on the same
     * subsamples of the reference and of the samples' rows.
     *
     * @param first samples of one model
     * @param second samples of another, row by row drawn with the same seed and index
     * @throws IllegalArgumentException if the samples do not match row by row
     */
    public List<Interval> differences(
            SampleStatistic statistic, FeatureSet reference, FeatureSet first, FeatureSet second) {
        if (!first.families().equals(second.families())) {
            throw new IllegalArgumentException("a paired comparison needs samples that match row by row, but there are "
                    + first.count() + " and " + second.count() + " of other families; draw both with the same seeds");
        }
        SampleStatistic.OfFamilies ofFirst = statistic.onFamilies(reference, first);
        SampleStatistic.OfFamilies ofSecond = statistic.onFamilies(reference, second);
        int real = reference.families().count();
        int drawn = first.families().count();
        boolean halvesMeasured = statistic.measures(real / 2, drawn / 2, first.width());
        return intervals(halvesMeasured, real, drawn, (realHalf, drawnHalf) -> {
            double[] subtracted = ofSecond.of(realHalf, drawnHalf);
            double[] differences = ofFirst.of(realHalf, drawnHalf).clone();
            Arrays.setAll(differences, metric -> differences[metric] - subtracted[metric]);
            return differences;
        });
    }

    private List<Interval> intervals(
            boolean halvesMeasured, int real, int drawn, SampleStatistic.OfFamilies statistic) {
        double[] points = statistic.of(all(real), all(drawn));
        List<Interval> intervals = new ArrayList<>();
        if (!halvesMeasured || Math.min(real, drawn) / 2 < 2) {
            Arrays.stream(points).forEach(point -> intervals.add(Interval.unbounded(point, seed)));
            return intervals;
        }
        double[][] values = new double[points.length][subsamples];
        List<double[]> ofDraws;
        // Operations on small tensors: starting and awaiting other threads would cost more than they bring.
        try (Workers one = new Workers(1)) {
            ofDraws = one.run(
                    subsamples, draw -> statistic.of(half(real, "reference", draw), half(drawn, "samples", draw)));
        }
        for (int draw = 0; draw < subsamples; draw++) {
            for (int metric = 0; metric < points.length; metric++) {
                values[metric][draw] = ofDraws.get(draw)[metric];
            }
        }
        for (int metric = 0; metric < points.length; metric++) {
            intervals.add(interval(points[metric], values[metric], Math.max(halfToRest(real), halfToRest(drawn))));
        }
        return intervals;
    }

    private static int[] all(int count) {
        int[] families = new int[count];
        Arrays.setAll(families, family -> family);
        return families;
    }

    private Interval interval(double point, double[] values, double halfToRest) {
        double centre = Arrays.stream(values).average().orElseThrow();
        double squares = Arrays.stream(values)
                .map(value -> (value - centre) * (value - centre))
                .sum();
        double deviation = Math.sqrt(squares / (values.length - 1));
        return Interval.normal(point, deviation * Math.sqrt(halfToRest), subsamples, seed);
    }

    private int[] half(int count, String side, int draw) {
        CounterRandom random = CounterRandom.of(seed, "subsampling " + side).derive(draw);
        int[] chosen = Arrays.copyOf(GenerationOrder.uniform(count, random).toArray(), count / 2);
        Arrays.sort(chosen);
        return chosen;
    }

    private static double halfToRest(int count) {
        int half = count / 2;
        return (double) half / (count - half);
    }
}
