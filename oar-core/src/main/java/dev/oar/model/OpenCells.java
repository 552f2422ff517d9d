package dev.oar.model;

import dev.oar.config.Require;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Which cells of each row of a decoding state are filled, so that no model is asked for a cell that it has, that its grid lacks, or that
 * it was not trained to answer for. A part of decoding states; one thread's, as they are.
 */
public final class OpenCells {
    private final TokenSpace space;
    private final TrainedOrders orders;
    private boolean[][] filled;
    private int count;

    /**
     * Rows in which all cells are open.
     *
     * @param rows how many
     * @param orders the orders that the model was trained for
     */
    public OpenCells(int rows, TokenSpace space, TrainedOrders orders) {
        this.space = space;
        this.orders = orders;
        this.filled = new boolean[rows][space.cells()];
    }

    /** The number of rows. */
    public int rows() {
        return filled.length;
    }

    /** How many cells of each row are filled. */
    public int filled() {
        return count;
    }

    /**
     * Checks that cells can be asked for.
     *
     * @param cells {@code [rows][count]}
     * @throws IllegalArgumentException if there is not one row of cells per row, all of one length, if a cell is none of the grid's or is
     *     filled already, or if the model was trained for raster order and it is not the one cell that comes next
     */
    public void requireAskable(int[][] cells) {
        requireOpen(cells);
        if (orders == TrainedOrders.RASTER) {
            TrainedOrders.requireNextInRaster(cells, count);
        }
    }

    /**
     * Checks tokens that are known.
     *
     * @param tokens {@code [rows][count]}
     * @throws IllegalArgumentException if there is not one row of tokens per row, all of one length, or if one is not of the vocabulary
     */
    public void requireTokens(int[][] tokens) {
        requireRows(tokens);
        int codes = space.vocabularySize();
        Require.that(
                Arrays.stream(tokens).flatMapToInt(Arrays::stream).allMatch(token -> token >= 0 && token < codes),
                "every cell is filled with a token in 0 .. %s, but was given the tokens %s",
                codes - 1,
                Arrays.deepToString(tokens));
    }

    /**
     * Checks that cells can be filled, and marks them; either all of them or, if one is refused, none.
     *
     * @param cells {@code [rows][count]}
     * @param tokens {@code [rows, count]}
     * @return how many cells of each row were filled before
     * @throws IllegalArgumentException as {@link #requireAskable}, but for any number of cells, or if one is named twice, or if there is
     *     not one token per cell
     */
    public int fill(int[][] cells, Tensor tokens) {
        requireOpen(cells);
        int added = cells[0].length;
        if (orders == TrainedOrders.RASTER) {
            TrainedOrders.requireFollowingInRaster(cells, count);
        }
        for (int row = 0; row < cells.length; row++) {
            Require.that(
                    IntStream.of(cells[row]).distinct().count() == added,
                    "a cell is filled once, but row %s names one twice among %s; name each once",
                    row,
                    Arrays.toString(cells[row]));
        }
        long[] shape = tokens.shape();
        Require.that(
                shape.length == 2 && shape[0] == rows() && shape[1] == added,
                "every cell is filled with one token, but %s cells in each of %s rows were given tokens of shape %s",
                added,
                rows(),
                Arrays.toString(shape));
        for (int row = 0; row < cells.length; row++) {
            for (int cell : cells[row]) {
                filled[row][cell] = true;
            }
        }
        int before = count;
        count += added;
        return before;
    }

    /**
     * Drops all rows behind the first ones.
     *
     * @param rows how many stay
     * @throws IllegalArgumentException if there are fewer, or if none would stay
     */
    public void keepRows(int rows) {
        Require.that(
                rows >= 1 && rows <= rows(),
                "a decoding state of %s rows keeps between 1 and all of them, but was told to keep %s",
                rows(),
                rows);
        filled = Arrays.copyOf(filled, rows);
    }

    private void requireOpen(int[][] cells) {
        requireRows(cells);
        int last = space.cells() - 1;
        for (int row = 0; row < cells.length; row++) {
            for (int cell : cells[row]) {
                boolean ofGrid = cell >= 0 && cell <= last;
                Require.that(
                        ofGrid && !filled[row][cell],
                        "a cell must lie in 0 .. %s and must not be filled yet, but row %s names cell %s%s; name one that is"
                                + " left",
                        last,
                        row,
                        cell,
                        ofGrid ? ", which is filled" : "");
            }
        }
    }

    private void requireRows(int[][] given) {
        Require.that(
                given.length == rows() && Arrays.stream(given).allMatch(row -> row.length == given[0].length),
                "the decoding state has %s rows and needs as many rows of equal length, but was given lengths %s",
                rows(),
                Arrays.toString(Arrays.stream(given).mapToInt(row -> row.length).toArray()));
    }
}
