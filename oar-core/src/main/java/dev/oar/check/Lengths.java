package dev.oar.check;

import java.util.Arrays;
import java.util.Optional;

/**
 * How long texts are. A share of them is the length that so many do not exceed, without interpolation.
 *
 * @param minimum of the shortest
 * @param median half of them are no longer
 * @param percentile95 95 of 100 are no longer
 * @param maximum of the longest
 */
public record Lengths(int minimum, int median, int percentile95, int maximum) {
    /** Of some lengths; none of none. */
    static Optional<Lengths> of(int[] lengths) {
        if (lengths.length == 0) {
            return Optional.empty();
        }
        int[] sorted = lengths.clone();
        Arrays.sort(sorted);
        return Optional.of(new Lengths(sorted[0], share(sorted, 50), share(sorted, 95), sorted[sorted.length - 1]));
    }

    /** The smallest of ascending lengths that so many of 100 do not exceed. */
    private static int share(int[] sorted, int percent) {
        return sorted[(int) (((long) sorted.length * percent + 99) / 100) - 1];
    }
}
