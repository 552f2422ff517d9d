package dev.oar.edit;

import dev.oar.order.TokenGrid;
import java.util.BitSet;

/**
 * A square of an image's pixels that a model sees at once, at its own size. It may stick out of the image.
 *
 * @param left column of its first pixel; negative where it sticks out
 * @param top row of its first pixel; negative where it sticks out
 * @param side its width and height in pixels of the image, at least the cells of a row
 */
public record Window(int left, int top, int side) {
    /**
     * The cells that show any marked pixel: those that must be drawn.
     *
     * @param grid the model's grid, laid over the window
     */
    public BitSet touched(TokenGrid grid, PixelMask mask) {
        BitSet cells = new BitSet(grid.cells());
        for (int cell = 0; cell < grid.cells(); cell++) {
            PixelBox box = box(grid, cell);
            cells.set(cell, mask.marksAny(box.left(), box.top(), box.right(), box.bottom()));
        }
        return cells;
    }

    /** The cells of which no pixel lies within an image of this size. */
    BitSet absent(TokenGrid grid, int width, int height) {
        BitSet cells = new BitSet(grid.cells());
        for (int cell = 0; cell < grid.cells(); cell++) {
            PixelBox box = box(grid, cell);
            cells.set(cell, box.right() <= 0 || box.bottom() <= 0 || box.left() >= width || box.top() >= height);
        }
        return cells;
    }

    /**
     * The pixels of the image that a cell shows, however little of them.
     *
     * @param left first column
     * @param top first row
     * @param right column behind the last
     * @param bottom row behind the last
     */
    record PixelBox(int left, int top, int right, int bottom) {}

    /** The pixels that a cell shows. */
    PixelBox box(TokenGrid grid, int cell) {
        int column = grid.column(cell);
        int row = grid.row(cell);
        return new PixelBox(
                left + floor(column, grid.width()),
                top + floor(row, grid.height()),
                left + ceil(column + 1, grid.width()),
                top + ceil(row + 1, grid.height()));
    }

    private int floor(int cells, int count) {
        return (int) ((long) cells * side / count);
    }

    private int ceil(int cells, int count) {
        return (int) (((long) cells * side + count - 1) / count);
    }
}
