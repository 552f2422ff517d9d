package dev.oar.order;

import java.util.BitSet;

/**
 * The order in which the points of the Halton sequence fall into the cells of a grid: any number of first cells is spread evenly over it.
 * MaskGIT draws in it in "Halton Scheduler for Masked Generative Image Transformer" (Besnier and others, 2025, arXiv 2503.17076).
 *
 * <p>The row of point i = 1, 2, ... is its radical inverse in base 2, the column that in base 3, both scaled to the grid and rounded down.
 * Fractions are exact, so that no point falls beside its cell.
 */
public final class HaltonOrder {
    private HaltonOrder() {}

    /** The order, in which every cell has the place of the first point that falls into it. */
    public static GenerationOrder of(TokenGrid grid) {
        int[] order = new int[grid.cells()];
        BitSet filled = new BitSet(order.length);
        int next = 0;
        // Among 2^a 3^b points in a row one is in each box of a 2^a x 3^b grid, so that every cell is found.
        for (int point = 1; next < order.length; point++) {
            int cell = grid.cell(scaledInverse(point, 2, grid.height()), scaledInverse(point, 3, grid.width()));
            if (!filled.get(cell)) {
                filled.set(cell);
                order[next++] = cell;
            }
        }
        return GenerationOrder.of(order);
    }

    /** The digits of a number behind the point in reverse, {@code 0.d0 d1 d2 ...}, times a size, rounded down. */
    private static int scaledInverse(int number, int base, int size) {
        long numerator = 0;
        long denominator = 1;
        for (int left = number; left > 0; left /= base) {
            numerator = numerator * base + left % base;
            denominator *= base;
        }
        return (int) (numerator * size / denominator);
    }
}
