package dev.oar.edit;

import dev.oar.order.TokenGrid;
import java.util.Arrays;
import java.util.BitSet;

/** When each pixel of a result can be seen for the first time. */
final class Appearance {
    private final int width;
    private final int height;
    private final int[] drawnBefore;

    /** Of an image of this size, of which all can be seen from the start. */
    Appearance(int width, int height) {
        this.width = width;
        this.height = height;
        this.drawnBefore = new int[width * height];
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
            for (int y = Math.max(0, box.top()); y < Math.min(height, box.bottom()); y++) {
                for (int x = Math.max(0, box.left()); x < Math.min(width, box.right()); x++) {
                    if (painted.marks(x, y)) {
                        drawnBefore[y * width + x] = Math.max(drawnBefore[y * width + x], offset + ranks[cell]);
                    }
                }
            }
        }
    }

    /** How many cells were drawn before each pixel appeared, in row-major order; -1 where it was there from the start. */
    int[] drawnBefore() {
        return drawnBefore.clone();
    }
}
