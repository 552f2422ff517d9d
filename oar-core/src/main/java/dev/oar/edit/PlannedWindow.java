package dev.oar.edit;

import dev.oar.order.TokenGrid;
import java.util.BitSet;

/**
 * One window in which a model paints.
 *
 * @param window where it is
 * @param hole the cells that are drawn: those that show any pixel not known by then
 * @param absent the cells outside of the image
 * @param known all other cells
 */
record PlannedWindow(Window window, BitSet hole, BitSet absent, BitSet known) {
    /**
     * A window.
     *
     * @param hidden pixels of the image that are not known when it is painted
     */
    static PlannedWindow of(Window window, PixelMask hidden, TokenGrid grid) {
        BitSet hole = window.touched(grid, hidden);
        BitSet absent = window.absent(grid, hidden.width(), hidden.height());
        BitSet known = (BitSet) hole.clone();
        known.or(absent);
        known.flip(0, grid.cells());
        return new PlannedWindow(window, hole, absent, known);
    }
}
