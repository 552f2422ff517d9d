package dev.oar.holes;

import dev.oar.config.Require;
import dev.oar.edit.PixelMask;
import dev.oar.edit.Window;
import dev.oar.measure.HoleKind;
import dev.oar.order.CounterRandom;
import dev.oar.order.TokenGrid;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.BitSet;

/**
 * What is hidden from a model in all images of a batch.
 *
 * @param mask the hidden pixels
 * @param cells the cells that show any of them, and are drawn
 */
record Hole(PixelMask mask, BitSet cells) {
    private static final int ATTEMPTS = 100;

    /**
     * The hole of a batch. Random holes that leave no cell known are chosen anew.
     *
     * @param side width and height of the images in pixels
     * @param batch number of the batch; random holes differ by it
     * @throws IllegalArgumentException if the family has no hole of this coverage that leaves a cell known
     */
    static Hole of(HoleKind family, double coverage, TokenGrid grid, int side, long seed, int batch) {
        CounterRandom random = CounterRandom.of(seed, "holes").derive(batch);
        int attempts = family.isRandom() ? ATTEMPTS : 1;
        for (int attempt = 0; attempt < attempts; attempt++) {
            PixelMask mask = family.mask(side, coverage, random.derive(attempt));
            BitSet cells = new Window(0, 0, side).touched(grid, mask);
            if (cells.cardinality() < grid.cells()) {
                return new Hole(mask, cells);
            }
        }
        throw new IllegalArgumentException("a hole must leave at least one of the model's " + grid.cells()
                + " cells known, but " + label(family, coverage) + " of " + side + " x " + side
                + " pixels touches all of them; measure a smaller coverage");
    }

    /** The name of a family's holes in tables, such as {@code centre square, 12.5 %}. */
    static String label(HoleKind family, double coverage) {
        return family.label() + ", " + percent(coverage);
    }

    /** A share in words. */
    static String percent(double coverage) {
        BigDecimal percent = BigDecimal.valueOf(coverage)
                .movePointRight(2)
                .round(new MathContext(3))
                .stripTrailingZeros();
        return percent.toPlainString() + " %";
    }

    /** The cells that are known, of a grid of this many. */
    BitSet known(int count) {
        BitSet known = (BitSet) cells.clone();
        known.flip(0, count);
        return known;
    }

    Hole {
        Require.that(!cells.isEmpty(), "a hole must touch at least one cell, but touches none; hide a pixel");
    }
}
