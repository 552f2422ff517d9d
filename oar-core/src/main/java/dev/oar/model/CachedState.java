package dev.oar.model;

import dev.oar.config.Require;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * What the decoding states of all models have in common: the cache, the committed tokens, and which cells are filled, so that no model
 * is asked for a cell that it has, or that its grid lacks.
 */
abstract sealed class CachedState implements DecodingState
        permits TransformerState, LlamaGenGpt.State, RarState, ArpgState {
    private final StateMemory memory;
    private int[] conditions;
    private boolean[][] filled;
    private int committed;

    /**
     * A state without committed cells.
     *
     * @param memory belongs to the state from now on
     * @param conditions one per row
     * @param cells how many the grid has
     */
    CachedState(StateMemory memory, int[] conditions, int cells) {
        this.memory = memory;
        this.conditions = conditions.clone();
        this.filled = new boolean[conditions.length][cells];
    }

    @Override
    public final int batch() {
        return conditions.length;
    }

    @Override
    public final int committed() {
        return committed;
    }

    final KvCache cache() {
        return memory.cache();
    }

    /** The tokens committed so far. */
    final CommittedTokens tokens() {
        return memory.tokens();
    }

    final int[] conditions() {
        return conditions;
    }

    /**
     * Checks that cells can be asked for or filled.
     *
     * @param cells {@code [batch][count]}
     * @throws IllegalArgumentException if there is not one row per row of the batch, all of one length, or if a cell is none of the
     *     grid's or is filled already
     */
    final void requireOpen(int[][] cells) {
        requireRows(cells);
        for (int row = 0; row < cells.length; row++) {
            for (int cell : cells[row]) {
                int count = filled[row].length;
                Require.that(
                        cell >= 0 && cell < count && !filled[row][cell],
                        "a cell must lie in 0 .. %s and must not be filled yet, but row %s names cell %s%s; name one that is"
                                + " left",
                        count - 1,
                        row,
                        cell,
                        cell >= 0 && cell < count ? ", which is filled" : "");
            }
        }
    }

    /**
     * Checks that there is one row per row of the batch, all of one length.
     *
     * @throws IllegalArgumentException if not
     */
    final void requireRows(int[][] rows) {
        Require.that(
                rows.length == batch() && Arrays.stream(rows).allMatch(row -> row.length == rows[0].length),
                "the decoding state has %s rows and needs as many rows of equal length, but was given lengths %s",
                batch(),
                Arrays.toString(Arrays.stream(rows).mapToInt(row -> row.length).toArray()));
    }

    /**
     * Marks cells as filled and keeps their tokens; either all of them or, if one is refused, none.
     *
     * @param cells {@code [batch][count]}
     * @param given {@code [batch, count]}, int64
     * @return the place of the first of them among those committed
     * @throws IllegalArgumentException if cells cannot be filled, see {@link #requireOpen}, if one is named twice, or if there is not
     *     one token per cell
     */
    final int fill(int[][] cells, Tensor given) {
        requireOpen(cells);
        int count = cells[0].length;
        for (int row = 0; row < cells.length; row++) {
            Require.that(
                    IntStream.of(cells[row]).distinct().count() == count,
                    "a cell is filled once, but row %s names one twice among %s; name each once",
                    row,
                    Arrays.toString(cells[row]));
        }
        Require.that(
                given.dim() == 2 && given.size(1) == count,
                "every cell is filled with one token, but %s cells a row were given tokens of shape %s",
                count,
                Arrays.toString(given.shape()));
        int place = committed;
        tokens().put(place, given);
        for (int row = 0; row < cells.length; row++) {
            for (int cell : cells[row]) {
                filled[row][cell] = true;
            }
        }
        committed += count;
        return place;
    }

    @Override
    public final void keepRows(int rows) {
        Require.that(
                rows >= 1 && rows <= batch(),
                "a decoding state of %s rows keeps between 1 and all of them, but was told to keep %s",
                batch(),
                rows);
        memory.keepRows(rows);
        conditions = Arrays.copyOf(conditions, rows);
        filled = Arrays.copyOf(filled, rows);
        dropRowsBehind(rows);
    }

    /** Drops what the model itself keeps of all rows but the first ones. */
    abstract void dropRowsBehind(int rows);

    /** The first rows of what is kept per row; what is kept of no row stays so. */
    static int[][] firstRows(int[][] perRow, int rows) {
        return Arrays.copyOf(perRow, Math.min(rows, perRow.length));
    }

    /** One cell of every row: {@code [batch]}. */
    static int[] column(int[][] rows, int column) {
        return Arrays.stream(rows).mapToInt(row -> row[column]).toArray();
    }

    @Override
    public final void close() {
        memory.close();
    }
}
