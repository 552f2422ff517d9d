package dev.oar.evaluate;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a comparison is among the others of its report, and so when its difference is called significant.
 *
 * @param kind its place
 * @param chance how often chance alone would make a difference as large as this or larger ({@link Interval#chanceOfZero}), in [0, 1]; of a
 *     corrected comparison, corrected
 * @param among how many comparisons it was corrected for, itself included; 1 of those that stand alone
 */
public record Standing(
        Kind kind,
        @JsonProperty(required = true) double chance,
        @JsonProperty(required = true) int among) {
    /** Checks the ranges. */
    public Standing {
        if (!(chance >= 0 && chance <= 1) || among < 1) {
            throw new IllegalArgumentException("a comparison has a chance in [0, 1] and stands among at least 1, but"
                    + " was given " + chance + " and " + among + "; compare again");
        }
    }

    /** Whether the comparison was the question, or one of many. */
    public enum Kind {
        /** The one question of the report, chosen before anything was measured; judged by its own interval. */
        @JsonProperty("primary")
        PRIMARY,
        /** One of many, all of which are corrected together. */
        @JsonProperty("corrected")
        CORRECTED
    }

    /** Whether chance explains the difference less often than the level of intervals allows. */
    public boolean significant() {
        return chance < 1 - Interval.LEVEL;
    }
}
