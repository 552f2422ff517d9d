package dev.oar.decode;

import dev.oar.order.TokenGrid;
import java.util.Arrays;

/**
 * How far every cell is from the nearest filled one. Each filled cell is looked at once, so that a whole image costs as many distances
 * as it has pairs of cells.
 */
final class NearestFilled {
    private final TokenGrid grid;
    private final double[][] nearest;

    /** Nothing is filled in any of {@code batch} rows. */
    NearestFilled(TokenGrid grid, int batch) {
        this.grid = grid;
        this.nearest = new double[batch][grid.cells()];
        for (double[] row : nearest) {
            Arrays.fill(row, Double.POSITIVE_INFINITY);
        }
    }

    /** A cell of a row is filled from now on. */
    void fill(int row, int filled) {
        double[] distances = nearest[row];
        for (int cell = 0; cell < distances.length; cell++) {
            distances[cell] = Math.min(distances[cell], grid.distance(cell, filled));
        }
    }

    /** The distance of a cell to the nearest filled one of its row, in diagonals of the grid; 0 while none is filled. */
    double of(int row, int cell) {
        double distance = nearest[row][cell];
        return distance == Double.POSITIVE_INFINITY ? 0 : distance / grid.diagonal();
    }
}
