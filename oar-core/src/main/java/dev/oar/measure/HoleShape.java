package dev.oar.measure;

import dev.oar.order.TokenGrid;
import java.util.BitSet;

/** Shapes of holes that any-order ability is measured on, each covering about half of the cells or a quarter. */
public enum HoleShape {
    /** A square in the middle, half as high and wide as the image: inpainting. */
    CENTRE("inpainting, centre square") {
        @Override
        boolean covers(TokenGrid grid, int row, int column) {
            return inMiddle(row, grid.height()) && inMiddle(column, grid.width());
        }
    },
    /** The right half: inpainting with all that is known on one side. */
    HALF("inpainting, right half") {
        @Override
        boolean covers(TokenGrid grid, int row, int column) {
            return column >= (grid.width() + 1) / 2;
        }
    },
    /** Everything around the middle: outpainting. */
    BORDER("outpainting, border") {
        @Override
        boolean covers(TokenGrid grid, int row, int column) {
            return !CENTRE.covers(grid, row, column);
        }
    };

    private final String label;

    HoleShape(String label) {
        this.label = label;
    }

    /** The name in tables. */
    public String label() {
        return label;
    }

    /**
     * The cells of the hole.
     *
     * @throws IllegalArgumentException if the grid is too small for a hole with something around it
     */
    public BitSet cells(TokenGrid grid) {
        if (grid.height() < 3 || grid.width() < 3) {
            throw new IllegalArgumentException(
                    "a hole with surroundings needs a grid of at least 3 x 3 cells, but it has " + grid.height() + " x "
                            + grid.width() + "; measure a model of more cells");
        }
        BitSet hole = new BitSet(grid.cells());
        for (int cell = 0; cell < grid.cells(); cell++) {
            hole.set(cell, covers(grid, grid.row(cell), grid.column(cell)));
        }
        return hole;
    }

    abstract boolean covers(TokenGrid grid, int row, int column);

    /** Whether a coordinate lies in the middle half, which has at least one cell. */
    static boolean inMiddle(int at, int side) {
        int length = Math.max(1, side / 2);
        int first = (side - length) / 2;
        return at >= first && at < first + length;
    }
}
