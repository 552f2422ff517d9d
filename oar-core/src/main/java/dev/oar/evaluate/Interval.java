package dev.oar.evaluate;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * A figure and how far chance in the choice of images may have moved it: a 95 % interval, or the reason why there is none. The interval of
 * a mean follows from a formula ({@link #ofMean}); those of other figures rest on subsamples ({@link Subsampling}).
 *
 * <p>It covers the images measured, not the chance of another training run; that needs further training seeds.
 *
 * @param point the figure on all images
 * @param low lower end; negative infinity without an interval
 * @param high upper end; infinity without an interval
 * @param subsamples how many subsamples it rests on; 0 where it follows from a formula, or without an interval
 * @param seed chose the subsamples; 0 where there are none
 * @param missing why there is no interval; empty if there is one
 * @param degreesOfFreedom of Student's t, by which the interval of a mean was made; empty of all other intervals, whose errors are taken
 *     as normal
 */
public record Interval(
        double point,
        double low,
        double high,
        int subsamples,
        long seed,
        Optional<Missing> missing,
        OptionalInt degreesOfFreedom) {
    /** The fraction of cases in which the interval shall hold the expected figure. */
    public static final double LEVEL = 0.95;

    private static final double UPPER = (1 + LEVEL) / 2;
    private static final NormalDistribution NORMAL = new NormalDistribution();
    private static final double NORMAL_QUANTILE = NORMAL.inverseCumulativeProbability(UPPER);

    /** Why a figure has no interval. */
    public enum Missing {
        /** There were too few images to take subsamples of. */
        TOO_FEW_IMAGES("too few images for an interval"),
        /** The images of the reference, of which subsamples would be taken, are not at hand. */
        REFERENCE_BY_STATISTICS("no interval: of the reference there are statistics alone"),
        /** The figure counts the images at hand and stands for no others. */
        OF_THE_SET("no interval: it counts these images and stands for no others"),
        /** An interval was not asked for. */
        NOT_COMPUTED("no interval was computed"),
        /** A file does not say. */
        UNTOLD("no interval");

        private final String words;

        Missing(String words) {
            this.words = words;
        }

        /** The reason in a few words, for tables. */
        public String words() {
            return words;
        }
    }

    /** Checks the sequence of the ends, and that they are missing for a reason. */
    public Interval {
        if (!(low <= point && point <= high) || !Double.isFinite(point)) {
            throw new IllegalArgumentException("an interval must hold its finite point, but " + point + " is not in ["
                    + low + ", " + high + "]; check the features it was computed from");
        }
        if (missing.isPresent() == (Double.isFinite(low) && Double.isFinite(high))) {
            throw new IllegalArgumentException("an interval has finite ends or a reason why it has none, but [" + low
                    + ", " + high + "] has " + missing.map(Missing::words).orElse("no reason") + "; give one of them");
        }
    }

    /** An interval that rests on subsamples. */
    public Interval(double point, double low, double high, int subsamples, long seed) {
        this(point, low, high, subsamples, seed, Optional.empty(), OptionalInt.empty());
    }

    /**
     * The mean of independent values, such as one per family or one per training seed, with Student's interval {@code mean +- t s / sqrt(n)}.
     * One value alone has none.
     *
     * @param values at least one
     * @throws IllegalArgumentException if there is none
     */
    public static Interval ofMean(double... values) {
        double mean = Arrays.stream(values)
                .average()
                .orElseThrow(() -> new IllegalArgumentException(
                        "a mean needs at least one family, but there is none; give it a row"));
        if (values.length < 2) {
            return unbounded(mean, 0);
        }
        double squares = Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .sum();
        int freedom = values.length - 1;
        double reach = new TDistribution(freedom).inverseCumulativeProbability(UPPER)
                * Math.sqrt(squares / freedom / values.length);
        return new Interval(mean, mean - reach, mean + reach, 0, 0, Optional.empty(), OptionalInt.of(freedom));
    }

    /** The interval of a figure with a normal error. */
    static Interval normal(double point, double standardError, int subsamples, long seed) {
        double reach = NORMAL_QUANTILE * standardError;
        return new Interval(point, point - reach, point + reach, subsamples, seed);
    }

    /** A figure of too few images for an interval. */
    public static Interval unbounded(double point, long seed) {
        return without(Missing.TOO_FEW_IMAGES, point, seed);
    }

    /** A figure without an interval. */
    public static Interval without(Missing reason, double point, long seed) {
        return new Interval(
                point,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                0,
                seed,
                Optional.of(reason),
                OptionalInt.empty());
    }

    /** Whether there is an interval. */
    public boolean bounded() {
        return missing.isEmpty();
    }

    /**
     * How often chance alone would move a figure as far from 0 as this one lies, were it 0 in truth: the two-sided p-value, in [0, 1]. Below
     * {@code 1 - LEVEL} where the interval leaves out 0; 1 without an interval.
     */
    public double chanceOfZero() {
        if (!bounded() || point == 0) {
            return 1;
        }
        if (degreesOfFreedom.isEmpty()) {
            return 2 * NORMAL.cumulativeProbability(-Math.abs(point) / reach() * NORMAL_QUANTILE);
        }
        TDistribution student = new TDistribution(degreesOfFreedom.getAsInt());
        return 2
                * student.cumulativeProbability(
                        -Math.abs(point) / reach() * student.inverseCumulativeProbability(UPPER));
    }

    /** Half the width. */
    public double reach() {
        return (high - low) / 2;
    }

    /** The standard error behind the ends. */
    public double standardError() {
        double quantile = degreesOfFreedom.isEmpty()
                ? NORMAL_QUANTILE
                : new TDistribution(degreesOfFreedom.getAsInt()).inverseCumulativeProbability(UPPER);
        return reach() / quantile;
    }

    /** Whether a value lies inside. */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /** For tables: the point and the ends with this many decimals, or the reason why there are none. */
    public String text(int decimals) {
        String format = "%." + decimals + "f";
        return missing.map(reason -> String.format(Locale.ROOT, format + " [%s]", point, reason.words()))
                .orElseGet(() ->
                        String.format(Locale.ROOT, format + " [" + format + ", " + format + "]", point, low, high));
    }
}
