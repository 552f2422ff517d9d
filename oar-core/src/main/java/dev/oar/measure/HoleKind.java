package dev.oar.measure;

import dev.oar.config.Require;
import dev.oar.edit.PixelMask;
import dev.oar.order.CounterRandom;
import dev.oar.order.TokenGrid;
import java.util.BitSet;
import java.util.Optional;

/**
 * Kinds of holes in images. As masks, which painting is measured on, each can hide any fraction of the pixels; those that depend on no
 * random numbers are also holes in a grid of cells, which any-order ability is measured on.
 */
public enum HoleKind {
    /** A square in the middle; of cells, half as high and wide as the grid: inpainting. */
    CENTRE("centre square", "inpainting, centre square") {
        @Override
        BitSet pixels(int side, double coverage, CounterRandom random) {
            return middle(side, coverage);
        }

        @Override
        boolean covers(TokenGrid grid, int row, int column) {
            return inMiddle(row, grid.height()) && inMiddle(column, grid.width());
        }
    },
    /** Thick strokes of a brush ({@link RandomStrokes}). */
    STROKES("random strokes", "") {
        @Override
        BitSet pixels(int side, double coverage, CounterRandom random) {
            return RandomStrokes.pixels(side, (int) Math.round(coverage * side * side), random);
        }

        @Override
        boolean covers(TokenGrid grid, int row, int column) {
            return false;
        }
    },
    /** All columns from some one to the right, of cells the right half: inpainting with all that is known on one side. */
    HALF("half image", "inpainting, right half") {
        @Override
        BitSet pixels(int side, double coverage, CounterRandom random) {
            int columns = (int) Math.max(1, Math.min(side - 1, Math.round(coverage * side)));
            BitSet pixels = new BitSet(side * side);
            for (int y = 0; y < side; y++) {
                pixels.set((y + 1) * side - columns, (y + 1) * side);
            }
            return pixels;
        }

        @Override
        boolean covers(TokenGrid grid, int row, int column) {
            return column >= (grid.width() + 1) / 2;
        }
    },
    /** A frame around a square in the middle that stays: outpainting. */
    BORDER("outpaint border", "outpainting, border") {
        @Override
        BitSet pixels(int side, double coverage, CounterRandom random) {
            BitSet pixels = middle(side, 1 - coverage);
            pixels.flip(0, side * side);
            return pixels;
        }

        @Override
        boolean covers(TokenGrid grid, int row, int column) {
            return !CENTRE.covers(grid, row, column);
        }
    };

    private static final int SMALLEST_SIDE = 4;
    private static final int SMALLEST_GRID = 3;

    private final String label;
    private final String labelOfCells;

    HoleKind(String label, String labelOfCells) {
        this.label = label;
        this.labelOfCells = labelOfCells;
    }

    /**
     * A hole in a grid of cells.
     *
     * @param label its name in tables
     * @param cells numbers of the cells that are hidden, at least one and not all
     */
    public record Cells(String label, BitSet cells) {}

    /** The name of masks in tables. */
    public String label() {
        return label;
    }

    /** Whether masks differ by their random numbers; those of other kinds depend on size and coverage alone. */
    public boolean isRandom() {
        return this == STROKES;
    }

    /**
     * A mask. The fraction of pixels that it marks differs from what was asked by at most 2 divided by the side, unless less is asked
     * than that: a border is at least one pixel wide.
     *
     * @param side width and height of the image in pixels, at least 4
     * @param coverage the fraction of pixels to mark, above 0 and below 1
     * @param random chooses strokes
     */
    public PixelMask mask(int side, double coverage, CounterRandom random) {
        Require.that(
                side >= SMALLEST_SIDE && coverage > 0 && coverage < 1,
                "a hole needs an image of at least 4 pixels each way and a coverage above 0 and below 1, but was given"
                        + " %s pixels and %s; 0.25 hides a quarter",
                side,
                coverage);
        return PixelMask.of(side, side, pixels(side, coverage, random));
    }

    /**
     * The hole in a grid, which covers about a quarter, half or three quarters of it; empty for kinds that are random.
     *
     * @throws IllegalArgumentException if the grid is too small for a hole with something around it
     */
    public Optional<Cells> cells(TokenGrid grid) {
        Require.that(
                grid.height() >= SMALLEST_GRID && grid.width() >= SMALLEST_GRID,
                "a hole with surroundings needs a grid of at least 3 x 3 cells, but it has %s x %s; measure a model of"
                        + " more cells",
                grid.height(),
                grid.width());
        BitSet hole = new BitSet(grid.cells());
        for (int cell = 0; cell < grid.cells(); cell++) {
            hole.set(cell, covers(grid, grid.row(cell), grid.column(cell)));
        }
        return hole.isEmpty() ? Optional.empty() : Optional.of(new Cells(labelOfCells, hole));
    }

    /** The numbers of the marked pixels in row-major order. */
    abstract BitSet pixels(int side, double coverage, CounterRandom random);

    /** Whether a cell lies in the hole; never in one that is random. */
    abstract boolean covers(TokenGrid grid, int row, int column);

    /** A square in the middle, as far from the left as from the right, so that its length is even where the side is. */
    private static BitSet middle(int side, double coverage) {
        int odd = side % 2;
        int nearest = odd + 2 * (int) Math.round((side * Math.sqrt(coverage) - odd) / 2);
        int length = Math.max(2 - odd, Math.min(side - 2, nearest));
        int first = (side - length) / 2;
        BitSet pixels = new BitSet(side * side);
        for (int y = first; y < first + length; y++) {
            pixels.set(y * side + first, y * side + first + length);
        }
        return pixels;
    }

    /** Whether a coordinate lies in the middle half, which has at least one cell. */
    private static boolean inMiddle(int at, int side) {
        int length = Math.max(1, side / 2);
        int first = (side - length) / 2;
        return at >= first && at < first + length;
    }
}
