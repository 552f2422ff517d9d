package dev.oar.model;

import dev.oar.config.Require;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * What the decoding states of all models here have in common: the cache, the committed tokens, and which cells are filled, so that no
 * model is asked for a cell that it has, that its grid lacks, or that it was not trained to answer for.
 */
abstract class CachedState implements DecodingState {
    private final StateMemory memory;
    private final TokenSpace space;
    private final TrainedOrders orders;
    private int[] conditions;
    private boolean[][] filled;
    private int committed;

    /**
     * A state without committed cells.
     *
     * @param memory belongs to the state from now on
     * @param conditions one per row
     * @param orders the orders that the model was trained for
     */
    CachedState(StateMemory memory, int[] conditions, TokenSpace space, TrainedOrders orders) {
        this.memory = memory;
        this.space = space;
        this.orders = orders;
        this.conditions = conditions.clone();
        this.filled = new boolean[conditions.length][space.cells()];
    }

    @Override
    public final Tensor peek(int[][] cells) {
        requireAskable(cells);
        return ask(cells, true);
    }

    @Override
    public final Tensor predictGroup(int[][] cells) {
        requireAskable(cells);
        return ask(cells, false);
    }

    /**
     * Answers for cells that can be asked for.
     *
     * @param cells {@code [batch][count]}
     * @param isolated whether each is asked for as if it were alone, rather than as one of a group
     * @return logits: {@code [batch, count, vocabulary]}
     */
    abstract Tensor ask(int[][] cells, boolean isolated);

    /** Runs everything that waits, so that the cache holds all that is known; for tests of the decoding states. */
    final void flush() {
        TensorScope.run(() -> ask(new int[batch()][0], true));
    }

    @Override
    public final void commit(int[][] cells, int[][] tokens) {
        requireRows(tokens);
        int codes = space.vocabularySize();
        Require.that(
                Arrays.stream(tokens).flatMapToInt(Arrays::stream).allMatch(token -> token >= 0 && token < codes),
                "every cell is filled with a token in 0 .. %s, but was given the tokens %s",
                codes - 1,
                Arrays.deepToString(tokens));
        TensorScope.run(() -> commit(cells, Tensors.of(tokens)));
    }

    @Override
    public final void commit(int[][] cells, Tensor tokens) {
        int place = fill(cells, tokens);
        filled(cells, place);
    }

    /**
     * Takes note of cells that have been filled.
     *
     * @param cells {@code [batch][count]}
     * @param place of the first of their tokens among those committed
     */
    abstract void filled(int[][] cells, int place);

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

    private void requireAskable(int[][] cells) {
        requireOpen(cells);
        if (orders == TrainedOrders.RASTER) {
            TrainedOrders.requireNextInRaster(cells, committed);
        }
    }

    /**
     * Checks that cells are the grid's and have not been filled.
     *
     * @param cells {@code [batch][count]}
     * @throws IllegalArgumentException if there is not one row per row of the batch, all of one length, or if a cell is none of the
     *     grid's or is filled already
     */
    private void requireOpen(int[][] cells) {
        requireRows(cells);
        for (int row = 0; row < cells.length; row++) {
            for (int cell : cells[row]) {
                int count = filled[row].length;
                Require.that(
                        cell >= 0 && cell < count && !filled[row][cell],
                        "a cell must lie in 0 .. %s and must not be filled yet, but row %s names cell %s%s; name one"
                                + " that is left",
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
    private void requireRows(int[][] rows) {
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
    private int fill(int[][] cells, Tensor given) {
        requireOpen(cells);
        int count = cells[0].length;
        if (orders == TrainedOrders.RASTER) {
            for (int i = 0; i < count; i++) {
                for (int cell : column(cells, i)) {
                    TrainedOrders.requireNextInRaster(cell, committed + i);
                }
            }
        }
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
