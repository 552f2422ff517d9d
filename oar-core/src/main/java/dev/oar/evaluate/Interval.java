package dev.oar.evaluate;

import java.util.Locale;

/**
 * A figure and how far chance in the choice of images may have moved it: a 95 % interval.
 *
 * <p>It covers the images measured, not the chance of another training run; that needs further training seeds.
 *
 * @param point the figure on all images
 * @param low lower end; negative infinity where there were too few images to tell
 * @param high upper end; infinity where there were too few images to tell
 * @param subsamples how many subsamples it rests on; 0 where there were too few images to tell
 * @param seed chose the subsamples
 */
public record Interval(double point, double low, double high, int subsamples, long seed) {
    /** The share of cases in which the interval shall hold the expected figure. */
    public static final double LEVEL = 0.95;

    private static final double NORMAL_QUANTILE = 1.959963984540054;

    /** Checks the sequence of the ends. */
    public Interval {
        if (!(low <= point && point <= high) || !Double.isFinite(point)) {
            throw new IllegalArgumentException("an interval must hold its finite point, but " + point + " is not in ["
                    + low + ", " + high + "]; check the features it was computed from");
        }
    }

    /** The interval of a figure with a normal error. */
    static Interval normal(double point, double standardError, int subsamples, long seed) {
        double reach = NORMAL_QUANTILE * standardError;
        return new Interval(point, point - reach, point + reach, subsamples, seed);
    }

    /** A figure without an interval: its certainty is unknown, or it counts the images at hand and stands for no others. */
    public static Interval unbounded(double point, long seed) {
        return new Interval(point, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 0, seed);
    }

    /** Whether there were enough images for an interval. */
    public boolean bounded() {
        return Double.isFinite(low) && Double.isFinite(high);
    }

    /** Half the width. */
    public double reach() {
        return (high - low) / 2;
    }

    /** Whether a value lies inside. */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /** For tables: the point and the ends with this many decimals. */
    public String text(int decimals) {
        String format = "%." + decimals + "f";
        return bounded()
                ? String.format(Locale.ROOT, format + " [" + format + ", " + format + "]", point, low, high)
                : String.format(Locale.ROOT, format + " [too few images for an interval]", point);
    }
}
