package dev.oar.parity;

import java.util.Locale;

/**
 * One stored number or tensor beside what this implementation computes.
 *
 * @param name file and tensor, such as {@code forward/logits}
 * @param error how far apart they are, in the unit that {@code measure} names
 * @param limit the largest error that passes
 * @param measure what the error is, such as {@code relative to the largest magnitude}
 */
public record Comparison(String name, double error, double limit, String measure) {
    /** Whether the error stays within the limit. */
    public boolean passed() {
        return error <= limit;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%s %s: %.3g (%s), at most %.3g", passed() ? "pass" : "FAIL", name, error, measure, limit);
    }
}
