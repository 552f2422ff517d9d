package dev.oar.preference;

import dev.oar.config.Require;

/**
 * The ends of an interval.
 *
 * @param low lower end
 * @param high upper end, at least the lower one
 */
public record Range(double low, double high) {
    /** Checks the sequence of the ends. */
    public Range {
        Require.that(
                low <= high, "an interval goes from its low end to its high one, but these are %s and %s", low, high);
    }

    /** Whether a value lies inside. */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }
}
