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
    private final int[][] tokens;

    /** {@code [cells]}: the token committed as number t sees those of numbers below {@code sees[t]}. */
    private final int[] sees;

    private int[][] askedTogether = new int[0][];
    private int committed;

    ArpgState(KvCache cache, int[] conditions, int cells) {
        this.cache = cache;
        this.conditions = conditions.clone();
        this.cells = new int[conditions.length][cells];
        this.tokens = new int[conditions.length][cells];
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
     * @param newTokens {@code [batch][count]}
     */
    void commit(int[][] newCells, int[][] newTokens) {
        requireRows(newCells);
        requireRows(newTokens);
        int count = newCells[0].length;
        Require.that(
                newTokens[0].length == count && committed + count <= sees.length,
                "as many tokens as cells are committed and no cell twice, but %s tokens for %s cells were given where %s of"
                        + " %s cells are filled already",
                newTokens[0].length,
                count,
                committed,
                sees.length);
        boolean together = Arrays.deepEquals(newCells, askedTogether);
        for (int i = 0; i < count; i++) {
            sees[committed + i] = committed + (together ? count : i + 1);
            for (int row = 0; row < batch(); row++) {
                cells[row][committed + i] = newCells[row][i];
                tokens[row][committed + i] = newTokens[row][i];
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
        return positions((row, number) -> number < 0 ? firstClass + conditions[row] : tokens[row][number]);
    }

    /** Their rows of the rotary table: {@code [batch, waiting]}. */
    Tensor rows() {
        return positions((row, number) -> number < 0 ? 0 : 1 + cells[row][number]);
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

    @FunctionalInterface
    private interface Position {
        /** The value at the token committed as this number; -1 stands for the class token. */
        int at(int row, int number);
    }

    private Tensor positions(Position position) {
        int[][] values = new int[batch()][waiting()];
        for (int row = 0; row < values.length; row++) {
            for (int i = 0; i < values[row].length; i++) {
                values[row][i] = position.at(row, cache.length() + i - 1);
            }
        }
        return Tensors.of(values);
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
    }
}
