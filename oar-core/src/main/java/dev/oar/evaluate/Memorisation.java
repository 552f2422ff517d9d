package dev.oar.evaluate;

import dev.oar.data.Families;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How much of what a model draws was memorised: the fraction of drawn images that lie nearer to a training image than a small
 * quantile of the held-out real images does. A model that invents as nature does comes out at about the quantile, one that
 * copies well above it.
 *
 * <p>In the quantile and in the share every family weighs the same: many variants of one picture that happens to lie near the
 * training images do not pull the threshold down.
 *
 * @param training features of the images trained on; its families do not count, since a copy of any variant is a copy
 * @param quantile fraction of the held-out families that lies below the threshold, in (0, 1], such as 0.01
 */
public record Memorisation(FeatureSet training, double quantile) implements SampleStatistic {
    private static final double USUAL_QUANTILE = 0.01;

    /** What sums of weights may be off by. */
    private static final double ROUNDING = 1e-9;

    /** With the usual quantile: a sample counts as memorised if it is nearer than the nearest hundredth of held-out images. */
    public static Memorisation of(FeatureSet training) {
        return new Memorisation(training, USUAL_QUANTILE);
    }

    /** Checks the quantile. */
    public Memorisation {
        if (!(quantile > 0 && quantile <= 1)) {
            throw new IllegalArgumentException("a threshold needs a quantile in (0, 1] of the held-out images, but got "
                    + quantile + "; 0.01 is usual");
        }
    }

    @Override
    public List<Metric> metrics(FeatureSpace space) {
        String percent = BigDecimal.valueOf(quantile)
                .movePointRight(2)
                .stripTrailingZeros()
                .toPlainString();
        return List.of(new Metric(
                space.caption("share nearer to training than " + percent + " % of test images"),
                true,
                Metric.Kind.SCORE));
    }

    @Override
    public int leastFamilies() {
        return 1;
    }

    @Override
    public double[] of(FeatureSet reference, FeatureSet samples) {
        requireMeasurable(reference, samples);
        return onFamilies(reference, samples)
                .of(
                        IntStream.range(0, reference.families().count()).toArray(),
                        IntStream.range(0, samples.families().count()).toArray());
    }

    /** Keeps the distance of every image to the nearest training image. */
    @Override
    public OfFamilies onFamilies(FeatureSet reference, FeatureSet samples) {
        double[] ofReal = NearestNeighbours.of(reference, training).distances();
        double[] ofDrawn = NearestNeighbours.of(samples, training).distances();
        double[] shares = samples.families().shares();
        return (real, drawn) -> {
            double threshold = threshold(reference.families(), ofReal, real);
            double nearer = Arrays.stream(samples.families().rowsOf(drawn))
                    .filter(row -> ofDrawn[row] < threshold)
                    .mapToDouble(row -> shares[row])
                    .sum();
            return new double[] {nearer / drawn.length};
        };
    }

    /** The smallest distance within which there lies at least the quantile of the families' weight. */
    private double threshold(Families families, double[] distances, int[] chosen) {
        double[] shares = families.shares();
        int[] ascending = Arrays.stream(families.rowsOf(chosen))
                .boxed()
                .sorted(Comparator.comparingDouble(row -> distances[row]))
                .mapToInt(Integer::intValue)
                .toArray();
        double within = 0;
        for (int row : ascending) {
            within += shares[row];
            if (within >= quantile * chosen.length - ROUNDING) {
                return distances[row];
            }
        }
        return distances[ascending[ascending.length - 1]];
    }
}
