package dev.oar.benchmark;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What a row should reach.
 *
 * @param kind which of its numbers is bounded
 * @param bound the bound; a fraction lies in [0, 1]
 */
public record Target(Kind kind, double bound) {
    /** What is bounded. */
    public enum Kind {
        /** The fraction of the roofline, from below. */
        SHARE_AT_LEAST,
        /** The value, from below. */
        VALUE_AT_LEAST,
        /** The value, from above. */
        VALUE_AT_MOST
    }

    /** At least this fraction of the roofline. */
    public static Target share(double bound) {
        return new Target(Kind.SHARE_AT_LEAST, bound);
    }

    /** At least this value. */
    public static Target atLeast(double bound) {
        return new Target(Kind.VALUE_AT_LEAST, bound);
    }

    /** At most this value. */
    public static Target atMost(double bound) {
        return new Target(Kind.VALUE_AT_MOST, bound);
    }

    /**
     * Whether a row reaches it.
     *
     * @throws IllegalArgumentException if the fraction of the roofline is bounded and the row has none
     */
    boolean isMet(double value, OptionalDouble share) {
        return switch (kind) {
            case SHARE_AT_LEAST ->
                share.orElseThrow(() -> new IllegalArgumentException(
                                "a row without a roofline has no fraction of it to reach a target; give it one"))
                        >= bound;
            case VALUE_AT_LEAST -> value >= bound;
            case VALUE_AT_MOST -> value <= bound;
        };
    }

    /** The target in a table, such as {@code >= 70 %} or {@code <= 2.5}. */
    public String text() {
        return switch (kind) {
            case SHARE_AT_LEAST -> String.format(Locale.ROOT, ">= %.0f %%", 100 * bound);
            case VALUE_AT_LEAST -> String.format(Locale.ROOT, ">= %s", number());
            case VALUE_AT_MOST -> String.format(Locale.ROOT, "<= %s", number());
        };
    }

    private String number() {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }
}
