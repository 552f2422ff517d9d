package dev.oar.image;

import java.io.IOException;

/**
 * What an image file may cost, checked from its header before anything is decoded.
 *
 * @param maxPixels largest product of width and height
 * @param maxBytes largest file size in bytes, below 2^31
 */
public record ImageLimits(long maxPixels, long maxBytes) {
    /** 50 million pixels and 50 MiB: any photograph, no decompression bomb. */
    public static final ImageLimits DEFAULT = new ImageLimits(50_000_000, 50 << 20);

    /** Checks the ranges. */
    public ImageLimits {
        if (maxPixels < 1 || maxPixels > 500_000_000) {
            throw new IllegalArgumentException("the limit max-pixels must lie between 1 and 500000000, but is "
                    + maxPixels + "; choose one there");
        }
        if (maxBytes < 1 || maxBytes > Integer.MAX_VALUE - 16) {
            throw new IllegalArgumentException("the limit max-bytes must lie between 1 and " + (Integer.MAX_VALUE - 16)
                    + ", but is " + maxBytes + "; choose one there");
        }
    }

    /**
     * Refuses what a decoder finds beyond the limit.
     *
     * @throws IOException that names no file
     */
    void requirePixels(long width, long height) throws IOException {
        if (width * height > maxPixels) {
            throw new IOException("of " + width + " x " + height + " pixels, but up to " + maxPixels + " are allowed");
        }
    }
}
