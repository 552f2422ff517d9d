package dev.oar.benchmark;

import dev.oar.config.Require;
import java.util.Arrays;

/**
 * What repetitions of a measurement gave.
 *
 * @param median the middle one, the mean of the middle two of an even number
 * @param min the smallest
 * @param max the largest
 * @param repetitions how many there were, at least 1
 */
public record Spread(double median, double min, double max, int repetitions) {
    /** Checks that the numbers are in order. */
    public Spread {
        Require.that(
                repetitions >= 1 && min <= median && median <= max,
                "a spread needs at least 1 repetition and its median between its ends, but has %s repetitions and %s, %s, %s;"
                        + " measure again",
                repetitions,
                min,
                median,
                max);
    }

    /** The spread of these values. */
    public static Spread of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length);
    }

    /** Every value times a positive factor: seconds per image from seconds per batch, for example. */
    public Spread times(double factor) {
        return new Spread(median * factor, min * factor, max * factor, repetitions);
    }

    /** A positive number over every value: images per second from seconds, for example. */
    public Spread dividing(double number) {
        return new Spread(number / median, number / max, number / min, repetitions);
    }
}
