package dev.oar.report;

/** A number in a report, with how sure it is. */
public sealed interface Figure {
    /**
     * A number without an interval.
     *
     * @param value the number; one that is not finite is named so
     * @param reason why it has no interval, in a few words; empty where nobody expects one
     */
    record Exact(double value, String reason) implements Figure {}

    /**
     * An estimate with an interval. The estimate may lie outside: subsamples of some measures are biased.
     *
     * @param value the estimate
     * @param low the lower end of the interval
     * @param high the upper end, not below the lower one
     */
    record Estimate(double value, double low, double high) implements Figure {
        /** Checks the ends. */
        public Estimate {
            if (low > high) {
                throw new IllegalArgumentException("an interval needs a lower end up to its upper end, but goes from "
                        + low + " to " + high + "; swap them");
            }
        }
    }

    /**
     * A number that is left out on purpose.
     *
     * @param reason why, in a few words, such as "not a code length"
     */
    record Absent(String reason) implements Figure {}

    /** A number without an interval. */
    static Figure of(double value) {
        return new Exact(value, "");
    }

    /** A number that has no interval where others have one, and why. */
    static Figure withoutInterval(double value, String reason) {
        return new Exact(value, reason);
    }

    /** An estimate with an interval. */
    static Figure of(double value, double low, double high) {
        return new Estimate(value, low, high);
    }

    /** A number that is left out, and why. */
    static Figure absent(String reason) {
        return new Absent(reason);
    }
}
