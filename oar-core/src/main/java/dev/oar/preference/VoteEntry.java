package dev.oar.preference;

import dev.oar.config.Require;
import java.util.Optional;

/**
 * A line of the votes file: a vote, or the undoing of one.
 *
 * @param number of the line, from 1
 * @param rater who voted
 * @param at when, in UTC to the second
 * @param trial what was shown; empty of an undoing
 * @param left the image on the left; empty of an undoing
 * @param right the image on the right; empty of an undoing
 * @param choice {@code left}, {@code right} or {@code tie}; empty of an undoing
 * @param undo the number of the vote that is undone; empty of a vote
 */
record VoteEntry(
        int number,
        String rater,
        String at,
        Optional<Integer> trial,
        Optional<String> left,
        Optional<String> right,
        Optional<String> choice,
        Optional<Integer> undo) {
    VoteEntry {
        boolean vote = trial.isPresent() && left.isPresent() && right.isPresent() && choice.isPresent();
        boolean nothing = trial.isEmpty() && left.isEmpty() && right.isEmpty() && choice.isEmpty();
        Require.that(
                undo.isPresent() ? nothing : vote,
                "a line is a vote with trial, left, right and choice, or an undo alone, but line %s is neither",
                number);
        choice.ifPresent(VoteChoice::of);
    }

    static VoteEntry vote(
            int number, String rater, String at, int trial, RaterSequence.Sides sides, VoteChoice choice) {
        return new VoteEntry(
                number,
                rater,
                at,
                Optional.of(trial),
                Optional.of(sides.left()),
                Optional.of(sides.right()),
                Optional.of(choice.word()),
                Optional.empty());
    }

    static VoteEntry undo(int number, String rater, String at, int undone) {
        return new VoteEntry(
                number,
                rater,
                at,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(undone));
    }

    /** What was shown in a vote. */
    int shown() {
        return trial.orElseThrow();
    }

    /** What was chosen in a vote. */
    VoteChoice chosen() {
        return VoteChoice.of(choice.orElseThrow());
    }

    /** The chosen image of a vote; empty if it was a tie. */
    Optional<String> preferred() {
        return switch (chosen()) {
            case LEFT -> left;
            case RIGHT -> right;
            case TIE -> Optional.empty();
        };
    }
}
