package dev.oar.edit;

import dev.oar.order.TokenGrid;
import java.util.Arrays;
import java.util.BitSet;

/** When each pixel of a result can be seen for the first time; kept for the pixels around a mask alone. */
public final class Appearance {
    private final PixelRectangle bounds;
    private final int[] drawnBefore;

    /** Of pixels of which all can be seen from the start, and of which none will be painted outside of this rectangle. */
    Appearance(PixelRectangle bounds) {
        this.bounds = bounds;
        this.drawnBefore = new int[bounds.width() * bounds.height()];
        Arrays.fill(drawnBefore, -1);
    }

    /**
     * Notes that pixels appear with the last of the cells that show them.
     *
     * @param cells the cells that are drawn in a window
     * @param ranks the rank of each cell
     * @param offset what is added to the ranks
     * @param painted the pixels that are painted
     */
    void note(Window window, TokenGrid grid, BitSet cells, int[] ranks, int offset, PixelMask painted) {
        for (int cell = cells.nextSetBit(0); cell >= 0; cell = cells.nextSetBit(cell + 1)) {
            Window.PixelBox box = window.box(grid, cell);
            for (int y = Math.max(bounds.top(), box.top()); y < Math.min(bounds.bottom(), box.bottom()); y++) {
                for (int x = Math.max(bounds.left(), box.left()); x < Math.min(bounds.right(), box.right()); x++) {
                    if (painted.marks(x, y)) {
                        int at = bounds.offset(x, y);
                        drawnBefore[at] = Math.max(drawnBefore[at], offset + ranks[cell]);
                    }
                }
            }
        }
    }

    /** How many cells were drawn before a pixel of the image appeared; -1 where it was there from the start. */
    public int drawnBefore(int x, int y) {
        return bounds.contains(x, y) ? drawnBefore[bounds.offset(x, y)] : -1;
    }

    /** How many cells were drawn before the last pixel appeared; -1 if all were there from the start. */
    public int last() {
        return Arrays.stream(drawnBefore).max().orElse(-1);
    }

    /** The smallest rectangle around all pixels that were painted; others were there from the start. */
    public PixelRectangle bounds() {
        return bounds;
    }
}
