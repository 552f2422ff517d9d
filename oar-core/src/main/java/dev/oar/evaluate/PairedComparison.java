package dev.oar.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The difference between two models under one drawing, measured on the same images and, where images were drawn, with the same
 * seeds, so that what both share cancels.
 *
 * <p>The interval covers the images measured. That two models differ on them does not say that another training run of the
 * same recipes would: {@link #overTrainingSeeds} asks for agreement of several.
 *
 * @param first one model
 * @param second the other
 * @param drawing how images were drawn or in which orders tokens were predicted
 * @param metric what was measured
 * @param difference the first model's figure minus the second's
 * @param samples how many pairs of images were measured
 * @param seed the seed the images were drawn with, or the orders
 */
public record PairedComparison(
        String first, String second, String drawing, Metric metric, Interval difference, int samples, long seed) {
    /** The words for a difference that chance in the images explains. */
    public static final String NO_DIFFERENCE = "no significant difference";

    /** What a comparison is between. */
    public record Pair(String first, String second, String drawing) {}

    /**
     * Compares drawn images under all statistics of a feature space.
     *
     * @param space where and by what they are compared; statistics that need more families are left out
     * @param reference features of real images
     * @param first features of the first model's images
     * @param second features of the second's, row by row drawn with the same seed and index
     * @throws IllegalArgumentException if the samples do not match row by row
     */
    public static List<PairedComparison> ofSamples(
            Pair pair,
            FeatureSpace space,
            FeatureSet reference,
            FeatureSet first,
            FeatureSet second,
            Subsampling subsampling,
            long seed) {
        List<PairedComparison> comparisons = new ArrayList<>();
        for (SampleStatistic statistic : space.statistics()) {
            if (!statistic.measures(reference, first)) {
                continue;
            }
            List<Metric> metrics = statistic.metrics(space.name());
            List<Interval> differences = subsampling.differences(statistic, reference, first, second);
            for (int i = 0; i < metrics.size(); i++) {
                comparisons.add(new PairedComparison(
                        pair.first,
                        pair.second,
                        pair.drawing,
                        metrics.get(i),
                        differences.get(i),
                        first.count(),
                        seed));
            }
        }
        return comparisons;
    }

    /**
     * Compares predictions of the same test images.
     *
     * @throws IllegalArgumentException if orders or images differ, or the figures are no code lengths
     */
    public static PairedComparison ofBits(
            String first, BitsPerToken ofFirst, String second, BitsPerToken ofSecond, long seed) {
        if (!ofFirst.orders().equals(ofSecond.orders())
                || !ofFirst.families().ofSameFamilies(ofSecond.families())
                || ofFirst.images() != ofSecond.images()) {
            throw new IllegalArgumentException(
                    "only predictions of the same images in orders of one kind can be compared, but "
                            + first + " was measured on " + ofFirst.images() + " in " + ofFirst.orders()
                            + " orders and "
                            + second + " on " + ofSecond.images() + " in " + ofSecond.orders()
                            + "; measure both alike");
        }
        if (!ofFirst.codeLength() || !ofSecond.codeLength()) {
            throw new IllegalArgumentException("only code lengths can be compared, but " + ofFirst.orders()
                    + " orders look at the answers; leave them out of comparisons");
        }
        Interval difference = ofFirst.families().minus(ofSecond.families()).mean();
        return new PairedComparison(
                first, second, ofFirst.orders(), ofFirst.metric(), difference, ofFirst.images(), seed);
    }

    /** Whether the interval leaves out 0. */
    public boolean significant() {
        return difference.bounded() && !difference.contains(0);
    }

    /** Which model is better, if the difference is significant; else the empty text. */
    public String better() {
        if (!significant()) {
            return "";
        }
        return difference.point() < 0 == metric.lowerIsBetter() ? first : second;
    }

    /** The difference in words, for tables. */
    public String verdict() {
        if (difference.missing().isPresent()) {
            return untold(difference.missing().get());
        }
        if (!significant()) {
            return NO_DIFFERENCE;
        }
        return String.format(
                Locale.ROOT,
                "%s is better by %.3g (± %.2g)",
                better(),
                Math.abs(difference.point()),
                difference.reach());
    }

    /** The words for a difference that has no interval. */
    static String untold(Interval.Missing reason) {
        return reason == Interval.Missing.TOO_FEW_IMAGES
                ? "too few images to tell"
                : "without an interval nobody can tell whether it is chance";
    }

    /**
     * What comparisons of the same recipes trained with several seeds say together: a model is better only if it is so
     * significantly under every seed.
     *
     * @throws IllegalArgumentException if there is none, or they compare different things
     */
    public static String overTrainingSeeds(List<PairedComparison> comparisons) {
        if (comparisons.isEmpty()) {
            throw new IllegalArgumentException(
                    "a verdict over training seeds needs at least one comparison, but there is none; compare first");
        }
        PairedComparison one = comparisons.get(0);
        for (PairedComparison other : comparisons) {
            if (!one.compares(other)) {
                throw new IllegalArgumentException(
                        "a verdict over training seeds needs comparisons of one metric and drawing,"
                                + " but one is " + one.description() + " and one " + other.description()
                                + "; judge them apart");
            }
        }
        String over = " over " + comparisons.size() + " training seed" + (comparisons.size() == 1 ? "" : "s");
        boolean agree = comparisons.stream()
                .allMatch(other -> other.significant() && other.better().equals(one.better()));
        return agree ? one.better() + " is better" + over : NO_DIFFERENCE + over;
    }

    private boolean compares(PairedComparison other) {
        return description().equals(other.description());
    }

    private String description() {
        return metric.name() + " of " + first + " and " + second + " under " + drawing;
    }
}
