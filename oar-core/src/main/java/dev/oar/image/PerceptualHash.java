package dev.oar.image;

import java.util.Arrays;

/**
 * What an image looks like from afar, in a few bytes: scaling it or compressing it anew changes little of this, another picture much.
 *
 * <p>The bits are a difference hash (dHash; N. Krawetz, "Kind of Like That", 2013): of 8 rows of 9 mean greys, whether each is darker than its
 * right neighbour. Brightness alone does not tell pictures of one outline apart, so mean colours stand beside it.
 *
 * @param bits 64 bits, row by row from the lowest
 * @param colours mean red, green and blue of 4 x 4 cells in row-major order, {@value #COLOURS} bytes; not copied, not to be changed
 */
public record PerceptualHash(long bits, byte[] colours) {
    /** The length of {@link #colours}. */
    public static final int COLOURS = 4 * 4 * 3;

    /** In how many of the 64 bits near images may differ. */
    public static final int NEAR_BITS = 3;

    /** By how many of 255 levels each mean colour of near images may differ. */
    public static final int NEAR_LEVELS = 8;

    private static final int ROWS = 8;
    private static final int COLUMNS = 9;

    /** Checks the length. */
    public PerceptualHash {
        if (colours.length != COLOURS) {
            throw new IllegalArgumentException(
                    "a perceptual hash has " + COLOURS + " bytes of colours, but was given " + colours.length);
        }
    }

    /** The hash of an image of any size. */
    public static PerceptualHash of(RgbImage image) {
        // Both grids divide this one evenly, so that the image is looked at once.
        RgbImage small = Resize.box(image, 4 * COLUMNS, 4 * ROWS);
        return new PerceptualHash(
                bits(Resize.box(small, COLUMNS, ROWS)), Resize.box(small, 4, 4).rgb());
    }

    private static long bits(RgbImage cells) {
        long bits = 0;
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column + 1 < COLUMNS; column++) {
                int at = row * COLUMNS + column;
                if (grey(cells, at) < grey(cells, at + 1)) {
                    bits |= 1L << (row * (COLUMNS - 1) + column);
                }
            }
        }
        return bits;
    }

    /** The luma of Rec. 601, times 1000. */
    private static int grey(RgbImage image, int pixel) {
        byte[] rgb = image.rgb();
        return 299 * (rgb[3 * pixel] & 255) + 587 * (rgb[3 * pixel + 1] & 255) + 114 * (rgb[3 * pixel + 2] & 255);
    }

    /** The sum of all mean colours, 0 to 255 times {@value #COLOURS}. */
    public int brightness() {
        int sum = 0;
        for (byte colour : colours) {
            sum += colour & 255;
        }
        return sum;
    }

    /** Whether two images look alike: few bits differ, and no mean colour by much. */
    public boolean isNear(PerceptualHash other) {
        if (Long.bitCount(bits ^ other.bits) > NEAR_BITS) {
            return false;
        }
        for (int i = 0; i < COLOURS; i++) {
            if (Math.abs((colours[i] & 255) - (other.colours[i] & 255)) > NEAR_LEVELS) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PerceptualHash hash && bits == hash.bits && Arrays.equals(colours, hash.colours);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(bits) * 31 + Arrays.hashCode(colours);
    }

    @Override
    public String toString() {
        return Long.toHexString(bits) + " " + Arrays.toString(colours);
    }
}
