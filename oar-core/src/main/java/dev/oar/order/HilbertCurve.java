package dev.oar.order;

/**
 * The order along the Hilbert curve (Hilbert, 1891): each cell beside the one before, and what is close in the order close in the image.
 *
 * <p>The curve is that of the smallest square that covers the grid and whose side is a power of two; the cells outside of the grid are left
 * out, where the order may jump. It runs from the top left corner to the top right one, at first downwards.
 */
public final class HilbertCurve {
    private final TokenGrid grid;
    private final int[] order;
    private int next;

    private HilbertCurve(TokenGrid grid) {
        this.grid = grid;
        this.order = new int[grid.cells()];
    }

    /** The order. */
    public static GenerationOrder order(TokenGrid grid) {
        int side = 1;
        while (side < Math.max(grid.height(), grid.width())) {
            side *= 2;
        }
        HilbertCurve curve = new HilbertCurve(grid);
        curve.follow(new Square(new Offset(0, 0), new Offset(0, 1), new Offset(1, 0), side));
        return GenerationOrder.of(curve.order);
    }

    private void follow(Square square) {
        if (!square.meets(grid)) {
            return;
        }
        if (square.side == 1) {
            order[next++] = grid.cell(square.first.rows, square.first.columns);
            return;
        }
        for (Square quarter : square.quarters()) {
            follow(quarter);
        }
    }

    private record Offset(int rows, int columns) {
        Offset plus(int times, Offset other) {
            return new Offset(rows + times * other.rows, columns + times * other.columns);
        }

        Offset negative() {
            return new Offset(-rows, -columns);
        }
    }

    /**
     * A square with the part of the curve in it.
     *
     * @param first the cell in a corner at which the curve enters
     * @param along the step towards the corner at which the curve leaves
     * @param across the step towards the other neighbouring corner
     * @param side cells in a row
     */
    private record Square(Offset first, Offset along, Offset across, int side) {
        Square[] quarters() {
            int half = side / 2;
            Offset second = first.plus(half, across);
            Offset last = first.plus(side - 1, along).plus(half - 1, across);
            return new Square[] {
                new Square(first, across, along, half),
                new Square(second, along, across, half),
                new Square(second.plus(half, along), along, across, half),
                new Square(last, across.negative(), along.negative(), half)
            };
        }

        /** Whether a cell of the square is one of the grid, which lies in the top left corner of the whole. */
        boolean meets(TokenGrid grid) {
            Offset opposite = first.plus(side - 1, along).plus(side - 1, across);
            return Math.min(first.rows, opposite.rows) < grid.height()
                    && Math.min(first.columns, opposite.columns) < grid.width();
        }
    }
}
