package dev.oar.text;

import dev.oar.config.Require;

/**
 * How texts become rows of tokens.
 *
 * @param maximumLength how many tokens a text may have, its special tokens included, in {@code 1 .. 65536}
 * @param truncation what becomes of a longer text
 * @param side on which side shorter texts are padded
 * @param columns how far they are padded
 */
public record TokenLayout(int maximumLength, Truncation truncation, PaddingSide side, Columns columns) {
    private static final int LARGEST = 1 << 16;

    /** Checks the length. */
    public TokenLayout {
        Require.that(
                maximumLength >= 1 && maximumLength <= LARGEST,
                "the maximum length of a text must lie in 1 .. %s tokens, but is %s; CLIP has 77, LlamaGen takes 120 of T5",
                LARGEST,
                maximumLength);
    }
}
