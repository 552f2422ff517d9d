package dev.oar.preference;

import dev.oar.config.Require;
import dev.oar.config.Spelling;
import java.util.Arrays;
import java.util.List;

/** What a rater says of two images beside each other. */
public enum VoteChoice {
    /** The left one. */
    LEFT,
    /** The right one. */
    RIGHT,
    /** Neither is better than the other. */
    TIE;

    /** The word in files and requests, such as {@code left}. */
    public String word() {
        return Spelling.word(this);
    }

    /**
     * The choice of a word.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static VoteChoice of(String word) {
        List<VoteChoice> chosen = Arrays.stream(values())
                .filter(choice -> choice.word().equals(word))
                .toList();
        Require.that(
                chosen.size() == 1, "a choice must be left, right or tie, but is '%s'; send one of these words", word);
        return chosen.get(0);
    }
}
