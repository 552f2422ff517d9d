package dev.oar.evaluate;

import java.util.List;

/** A measure of how well drawn images match real ones, computed from the features of both. Implementations are pure functions. */
public interface SampleStatistic {
    /**
     * The metrics in the sequence of {@link #of}'s values.
     *
     * @param space where images are compared; its name stands in every metric's name
     */
    List<Metric> metrics(FeatureSpace space);

    /** How many families each set needs at least. */
    int leastFamilies();

    /**
     * Measures; one value per metric.
     *
     * @throws IllegalArgumentException if the widths differ or a set has fewer than {@link #leastFamilies()} families
     */
    double[] of(FeatureSet reference, FeatureSet samples);

    /**
     * The statistic of many choices of families of two sets. A statistic may keep what all choices share.
     *
     * @throws IllegalArgumentException if the widths differ
     */
    default OfFamilies onFamilies(FeatureSet reference, FeatureSet samples) {
        return (real, drawn) -> of(reference.familySubset(real), samples.familySubset(drawn));
    }

    /** A statistic of some families of two sets. */
    @FunctionalInterface
    interface OfFamilies {
        /**
         * Measures; one value per metric.
         *
         * @param real numbers of the families of the reference, ascending
         * @param drawn numbers of the families of the samples, ascending
         */
        double[] of(int[] real, int[] drawn);
    }

    /** Whether both sets have enough families. */
    default boolean measures(FeatureSet reference, FeatureSet samples) {
        return measures(reference.families().count(), samples.families().count(), samples.width());
    }

    /**
     * Whether these are enough.
     *
     * @param real families of the reference
     * @param drawn families of the samples
     * @param width the number of features
     */
    default boolean measures(int real, int drawn, int width) {
        return Math.min(real, drawn) >= leastFamilies();
    }

    /** Checks what every statistic needs. */
    default void requireMeasurable(FeatureSet reference, FeatureSet samples) {
        reference.requireComparable(samples);
        if (!measures(reference, samples)) {
            FeatureSpace any = new FeatureSpace("features", false, List.of(this));
            throw new IllegalArgumentException(metrics(any).get(0).name() + " needs at least " + leastFamilies()
                    + " families of images on either side, but there are "
                    + reference.families().count() + " real and "
                    + samples.families().count() + " drawn; give it more images");
        }
    }
}
