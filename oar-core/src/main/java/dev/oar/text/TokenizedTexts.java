package dev.oar.text;

import dev.oar.config.Require;
import java.util.Arrays;

/**
 * Texts as rows of tokens of one length, each text padded on one side.
 *
 * @param ids {@code [texts][columns]} the tokens, padding included
 * @param lengths {@code [texts]} how many tokens of each row are the text's, special tokens included, in {@code 1 .. columns}
 * @param cut {@code [texts]} whether the text lost tokens because it had more than there was room for
 * @param side where padding stands
 */
public record TokenizedTexts(int[][] ids, int[] lengths, boolean[] cut, PaddingSide side) {
    /** Copies the arrays and checks that they fit together. */
    public TokenizedTexts {
        ids = Arrays.stream(ids).map(int[]::clone).toArray(int[][]::new);
        lengths = lengths.clone();
        cut = cut.clone();
        int columns = ids.length == 0 ? 0 : ids[0].length;
        Require.that(
                ids.length >= 1
                        && lengths.length == ids.length
                        && cut.length == ids.length
                        && Arrays.stream(ids).allMatch(row -> row.length == columns)
                        && Arrays.stream(lengths).allMatch(length -> length >= 1 && length <= columns),
                "texts need at least one row, all of one length, and one length in 1 .. %s per row, but there are %s rows and"
                        + " the lengths %s; tokenize them again",
                columns,
                ids.length,
                Arrays.toString(lengths));
    }

    /** Texts that were not cut. */
    public static TokenizedTexts whole(int[][] ids, int[] lengths, PaddingSide side) {
        return new TokenizedTexts(ids, lengths, new boolean[ids.length], side);
    }

    /** The number of texts. */
    public int count() {
        return ids.length;
    }

    /** The number of tokens of a row, padding included. */
    public int columns() {
        return ids[0].length;
    }

    /** Whether any row is padded. */
    public boolean padded() {
        return Arrays.stream(lengths).anyMatch(length -> length < columns());
    }

    /** How many texts were cut. */
    public int cutCount() {
        int count = 0;
        for (boolean text : cut) {
            count += text ? 1 : 0;
        }
        return count;
    }

    /** The column of a text's first token. */
    public int first(int text) {
        return side == PaddingSide.LEFT ? columns() - lengths[text] : 0;
    }

    /** Which tokens are the texts' own: {@code [texts * columns]}, row by row. */
    public boolean[] mask() {
        boolean[] mask = new boolean[count() * columns()];
        for (int text = 0; text < count(); text++) {
            int from = text * columns() + first(text);
            Arrays.fill(mask, from, from + lengths[text], true);
        }
        return mask;
    }
}
