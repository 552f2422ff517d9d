package dev.oar.parity;

import dev.oar.file.CorruptFileException;
import dev.oar.text.PaddingSide;
import dev.oar.text.TokenizedTexts;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Tokens of texts, and states of encoders, as cases of text encoders hold them. */
final class GoldenTexts {
    private GoldenTexts() {}

    /** Rows that are all of their texts. */
    static TokenizedTexts whole(int[][] ids) {
        int[] lengths = new int[ids.length];
        Arrays.fill(lengths, ids[0].length);
        return TokenizedTexts.whole(ids, lengths, PaddingSide.RIGHT);
    }

    /**
     * Rows whose padding a mask names.
     *
     * @param mask {@code [texts][columns]}, 1 for a token of the text
     * @throws CorruptFileException if padding stands within a text, or on both sides
     */
    static TokenizedTexts masked(GoldenRun run, int[][] ids, int[][] mask) throws CorruptFileException {
        PaddingSide side = Arrays.stream(mask).anyMatch(row -> row[0] == 0) ? PaddingSide.LEFT : PaddingSide.RIGHT;
        int[] lengths =
                Arrays.stream(mask).mapToInt(row -> Arrays.stream(row).sum()).toArray();
        TokenizedTexts texts;
        try {
            texts = TokenizedTexts.whole(ids, lengths, side);
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(
                    "the texts of " + run.folder().path() + " do not fit their mask: " + e.getMessage(), e);
        }
        boolean[] expected = texts.mask();
        for (int text = 0; text < mask.length; text++) {
            for (int column = 0; column < mask[text].length; column++) {
                if (mask[text][column] != (expected[text * texts.columns() + column] ? 1 : 0)) {
                    throw new CorruptFileException("padding must stand on one side of all texts, but row " + text
                            + " of a mask of " + run.folder().path() + " is " + Arrays.toString(mask[text])
                            + "; make it again");
                }
            }
        }
        return texts;
    }

    /** Compares the states that the file holds under these names behind a prefix. */
    static void close(GoldenRun run, String file, String prefix, Map<String, Tensor> states) throws IOException {
        for (Map.Entry<String, Tensor> state : states.entrySet()) {
            closeIfThere(run, file, prefix + state.getKey(), state.getValue());
        }
    }

    /** Compares a tensor that a case may leave out. */
    static void closeIfThere(GoldenRun run, String file, String name, Tensor actual) throws IOException {
        if (run.names(file).contains(name)) {
            run.close(file, name, actual);
        }
    }
}
