package dev.oar.holes;

import dev.oar.config.Require;
import dev.oar.edit.PixelMask;
import dev.oar.order.CounterRandom;
import java.util.BitSet;

/** Families of masks that painting holes is measured on; each can hide any share of an image's pixels. */
public enum HoleKind {
    /** A square in the middle. */
    CENTRE("centre square") {
        @Override
        BitSet pixels(int side, double coverage, CounterRandom random) {
            return middle(side, coverage);
        }
    },
    /** Thick strokes of a brush ({@link RandomStrokes}). */
    STROKES("random strokes") {
        @Override
        BitSet pixels(int side, double coverage, CounterRandom random) {
            return RandomStrokes.pixels(side, (int) Math.round(coverage * side * side), random);
        }
    },
    /** All columns from some one to the right: the right half, or less, or more. */
    HALF("half image") {
        @Override
        BitSet pixels(int side, double coverage, CounterRandom random) {
            int columns = (int) Math.max(1, Math.min(side - 1, Math.round(coverage * side)));
            BitSet pixels = new BitSet(side * side);
            for (int y = 0; y < side; y++) {
                pixels.set((y + 1) * side - columns, (y + 1) * side);
            }
            return pixels;
        }
    },
    /** A frame around a square in the middle that stays. */
    BORDER("outpaint border") {
        @Override
        BitSet pixels(int side, double coverage, CounterRandom random) {
            BitSet pixels = middle(side, 1 - coverage);
            pixels.flip(0, side * side);
            return pixels;
        }
    };

    private static final int SMALLEST_SIDE = 4;

    private final String label;

    HoleKind(String label) {
        this.label = label;
    }

    /** The name in tables. */
    public String label() {
        return label;
    }

    /** Whether masks differ by their random numbers; those of other families depend on size and coverage alone. */
    public boolean isRandom() {
        return this == STROKES;
    }

    /**
     * A mask. The share of pixels that it marks differs from what was asked by at most 2 divided by the side, unless less is asked
     * than that: a border is at least one pixel wide.
     *
     * @param side width and height of the image in pixels, at least 4
     * @param coverage the share of pixels to mark, above 0 and below 1
     * @param random chooses strokes
     */
    public PixelMask mask(int side, double coverage, CounterRandom random) {
        Require.that(
                side >= SMALLEST_SIDE && coverage > 0 && coverage < 1,
                "a hole needs an image of at least 4 pixels each way and a coverage above 0 and below 1, but was given %s pixels and"
                        + " %s; 0.25 hides a quarter",
                side,
                coverage);
        return PixelMask.of(side, side, pixels(side, coverage, random));
    }

    /** The numbers of the marked pixels in row-major order. */
    abstract BitSet pixels(int side, double coverage, CounterRandom random);

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
}
