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
}
