package dev.oar.preference;

/**
 * A vote on two arms, told by arms instead of sides.
 *
 * @param rater number of the rater among those of the protocol
 * @param match number of the match
 * @param first number of an arm
 * @param second number of another arm, larger
 * @param preferred what was chosen
 */
record Judgement(int rater, int match, int first, int second, Preferred preferred) {
    /** What was chosen. */
    enum Preferred {
        FIRST,
        SECOND,
        NEITHER
    }

    /** Whether it is on these two arms. */
    boolean isOn(int one, int other) {
        return first == one && second == other;
    }
}
