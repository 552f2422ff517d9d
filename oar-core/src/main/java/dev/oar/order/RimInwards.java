package dev.oar.order;

import java.util.BitSet;

/** The order that fills a hole from its rim inwards: what stands next to known cells is drawn before what does not. */
public final class RimInwards {
    private RimInwards() {}

    /**
     * The order, known cells first.
     *
     * <p>Cells are sorted by their distance to the nearest known cell. Where nothing is known, what is around the grid counts as
     * known, so that a whole image is filled from its border inwards. Ties are broken at random.
     *
     * @param known which cells are known
     * @param random breaks ties; the order is a function of its key and the other arguments
     */
    public static GenerationOrder order(TokenGrid grid, BitSet known, CounterRandom random) {
        double[] distances = new double[grid.cells()];
        for (int cell = 0; cell < distances.length; cell++) {
            distances[cell] = known.isEmpty() ? toBorder(grid, cell) : toNearest(grid, cell, known);
        }
        int[] shuffled = GenerationOrder.uniform(grid.cells(), random).inverse();
        // Squared distances of a grid are whole numbers, so a share of 1 orders ties and nothing else.
        double[] values = new double[grid.cells()];
        for (int cell = 0; cell < values.length; cell++) {
            values[cell] = Math.rint(distances[cell] * distances[cell]) + (double) shuffled[cell] / grid.cells();
        }
        return GenerationOrder.ascending(values);
    }

    private static double toNearest(TokenGrid grid, int cell, BitSet known) {
        double nearest = Double.POSITIVE_INFINITY;
        for (int other = known.nextSetBit(0); other >= 0; other = known.nextSetBit(other + 1)) {
            nearest = Math.min(nearest, grid.distance(cell, other));
        }
        return nearest;
    }

    private static double toBorder(TokenGrid grid, int cell) {
        int row = grid.row(cell);
        int column = grid.column(cell);
        return 1 + Math.min(Math.min(row, grid.height() - 1 - row), Math.min(column, grid.width() - 1 - column));
    }
}
