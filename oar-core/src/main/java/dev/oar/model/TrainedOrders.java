package dev.oar.model;

import dev.oar.config.Require;

/** The generation orders that a model was trained for, and so the ones it can draw in. */
public enum TrainedOrders {
    /** Any permutation of the cells. */
    ANY,
    /** Row by row only. */
    RASTER;

    /**
     * Checks that a cell is the one that a raster model can answer for.
     *
     * @param committed how many cells are filled
     * @throws IllegalArgumentException if it is another
     */
    static void requireNextInRaster(int cell, int committed) {
        Require.that(
                cell == committed,
                "this model was trained for raster order only, so that after %s cells it can fill cell %s alone, but was"
                        + " asked for cell %s; draw in raster order, or use an any-order model",
                committed,
                committed,
                cell);
    }

    /**
     * Checks that every row of a request names the one cell that a raster model can answer for.
     *
     * @param cells {@code [batch][candidates]}
     * @param committed how many cells are filled
     * @throws IllegalArgumentException if there are others
     */
    static void requireNextInRaster(int[][] cells, int committed) {
        for (int[] row : cells) {
            Require.that(
                    row.length == 1,
                    "this model was trained for raster order only, so that one cell is asked for at a time, but %s were;"
                            + " draw in raster order, one cell a step",
                    row.length);
            requireNextInRaster(row[0], committed);
        }
    }

    /**
     * Checks that every row names the cells that come next in raster order.
     *
     * @param cells {@code [batch][count]}
     * @param committed how many cells are filled
     * @throws IllegalArgumentException if there are others
     */
    static void requireFollowingInRaster(int[][] cells, int committed) {
        for (int[] row : cells) {
            for (int i = 0; i < row.length; i++) {
                requireNextInRaster(row[i], committed + i);
            }
        }
    }

    /**
     * Checks that whole orders are raster order.
     *
     * @param orders {@code [batch, cells]}, flattened
     * @param cells how many cells an image has
     * @throws IllegalArgumentException if one is not
     */
    public static void requireRaster(long[] orders, int cells) {
        for (int i = 0; i < orders.length; i++) {
            requireNextInRaster((int) orders[i], i % cells);
        }
    }
}
