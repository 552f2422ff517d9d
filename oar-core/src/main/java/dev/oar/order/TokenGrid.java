package dev.oar.order;

/**
 * A grid of {@code height x width} cells, numbered in raster order {@code 0 .. cells() - 1}.
 *
 * @param height number of rows, at least 1
 * @param width number of columns, at least 1
 */
public record TokenGrid(int height, int width) {
    /** Checks the sizes. */
    public TokenGrid {
        if (height < 1 || width < 1 || (long) height * width > 1 << 20) {
            throw new IllegalArgumentException("a token grid needs between 1 and " + (1 << 20) + " cells, but is "
                    + height + " x " + width + "; choose positive sizes");
        }
    }

    /** A square grid. */
    public static TokenGrid square(int side) {
        return new TokenGrid(side, side);
    }

    /** The number of cells. */
    public int cells() {
        return height * width;
    }

    /** The row of a cell. */
    public int row(int cell) {
        return cell / width;
    }

    /** The column of a cell. */
    public int column(int cell) {
        return cell % width;
    }

    /** The cell at a row and column. */
    public int cell(int row, int column) {
        return row * width + column;
    }

    /** The Euclidean distance between the centres of two cells, in cells. */
    public double distance(int a, int b) {
        return Math.hypot(row(a) - row(b), column(a) - column(b));
    }

    /** The Chebyshev distance of two cells: how many rows or columns they lie apart, whichever is more. */
    public int chebyshevDistance(int a, int b) {
        return Math.max(Math.abs(row(a) - row(b)), Math.abs(column(a) - column(b)));
    }

    /** The length of the diagonal between the centres of opposite corners, in cells; at least 1. */
    public double diagonal() {
        return Math.max(1, Math.hypot(height - 1, width - 1));
    }

    /** The cell at the same row of the horizontally flipped grid. */
    public int mirrored(int cell) {
        return cell(row(cell), width - 1 - column(cell));
    }
}
