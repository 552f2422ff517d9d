package dev.oar.model;

import dev.oar.config.Require;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/**
 * The decoding state of an {@link ArpgTransformer}: the cache of what has run through the first half, and what was committed since.
 * The latter runs in one pass before the next question.
 */
final class ArpgState implements DecodingState {
    private final KvCache cache;
    private final int[] conditions;
    private final int[][] cells;
    private final CommittedTokens tokens;

    /** {@code [cells]}: the token committed as number t sees those of numbers below {@code sees[t]}. */
    private final int[] sees;

    private int[][] askedTogether = new int[0][];
    private int committed;

    ArpgState(KvCache cache, int[] conditions, int cells) {
        this.cache = cache;
        this.conditions = conditions.clone();
        this.cells = new int[conditions.length][cells];
        this.tokens = new CommittedTokens(conditions.length, cells);
        this.sees = new int[cells];
    }

    @Override
    public int batch() {
        return conditions.length;
    }

    @Override
    public int committed() {
        return committed;
    }

    KvCache cache() {
        return cache;
    }

    /** Remembers what a question asked for; committed at once right after it, cells of a group see one another. */
    void asked(int[][] question, boolean group) {
        askedTogether = group ? Arrays.stream(question).map(int[]::clone).toArray(int[][]::new) : new int[0][];
    }

    /**
     * Commits cells.
     *
     * @param newCells {@code [batch][count]}
     * @param newTokens {@code [batch, count]}, int64
     */
    void commit(int[][] newCells, Tensor newTokens) {
        requireRows(newCells);
        int count = newCells[0].length;
        Require.that(
                newTokens.size(1) == count && committed + count <= sees.length,
                "as many tokens as cells are committed and no cell twice, but %s tokens for %s cells were given where %s of"
                        + " %s cells are filled already",
                newTokens.size(1),
                count,
                committed,
                sees.length);
        tokens.put(committed, newTokens);
        boolean together = Arrays.deepEquals(newCells, askedTogether);
        for (int i = 0; i < count; i++) {
            sees[committed + i] = committed + (together ? count : i + 1);
            for (int row = 0; row < batch(); row++) {
                cells[row][committed + i] = newCells[row][i];
            }
        }
        committed += count;
        askedTogether = new int[0][];
    }

    /** How many positions have yet to run, the class token among them at the start. */
    int waiting() {
        return 1 + committed - cache.length();
    }

    /**
     * The ids of the positions that have yet to run: {@code [batch, waiting]}.
     *
     * @param firstClass id of the first class in the joint vocabulary
     */
    Tensor ids(int firstClass) {
        int first = cache.length();
        Tensor ofTokens = tokens.range(Math.max(1, first) - 1, committed);
        if (first > 0) {
            return ofTokens;
        }
        int[] classes = Arrays.stream(conditions)
                .map(condition -> firstClass + condition)
                .toArray();
        return Tensors.cat(1, Tensors.of(classes, classes.length, 1), ofTokens);
    }

    /** Their rows of the rotary table: {@code [batch, waiting]}. */
    Tensor rows() {
        int[][] values = new int[batch()][waiting()];
        for (int row = 0; row < values.length; row++) {
            for (int i = 0; i < values[row].length; i++) {
                int number = cache.length() + i - 1;
                values[row][i] = number < 0 ? 0 : 1 + cells[row][number];
            }
        }
        return Tensors.of(values);
    }

    /** Which positions of the whole sequence they see: bool, {@code [waiting, cached + waiting]}. */
    Tensor mask() {
        int cached = cache.length();
        int length = waiting();
        int keys = cached + length;
        boolean[] visible = new boolean[length * keys];
        for (int position = 0; position < length; position++) {
            int number = cached + position - 1;
            int end = 1 + (number < 0 ? 0 : sees[number]);
            Arrays.fill(visible, position * keys, position * keys + end, true);
        }
        return Tensors.of(visible, length, keys);
    }

    /**
     * Checks that there is one row per row of the batch, all of one length.
     *
     * @throws IllegalArgumentException if not
     */
    void requireRows(int[][] rows) {
        Require.that(
                rows.length == batch() && Arrays.stream(rows).allMatch(row -> row.length == rows[0].length),
                "the decoding state has %s rows and needs as many rows of equal length, but was given %s",
                batch(),
                rows.length);
    }

    @Override
    public void close() {
        cache.close();
        tokens.close();
    }
}
