package dev.oar.edit;

import dev.oar.order.TokenGrid;
import java.util.BitSet;

/**
 * One window in which a model paints.
 *
 * @param window where it is
 * @param hidden pixels that are not known when it is painted: what it paints, and what later windows will
 * @param painted pixels that it paints
 */
record PlannedWindow(Window window, PixelMask hidden, PixelMask painted) {
    /** The cells that are drawn. */
    BitSet hole(TokenGrid grid) {
        return window.touched(grid, hidden);
    }

    /** The cells outside of the image. */
    BitSet absent(TokenGrid grid) {
        return window.absent(grid, hidden.width(), hidden.height());
    }

    /** The cells that are known. */
    BitSet known(TokenGrid grid) {
        BitSet cells = hole(grid);
        cells.or(absent(grid));
        cells.flip(0, grid.cells());
        return cells;
    }
}
