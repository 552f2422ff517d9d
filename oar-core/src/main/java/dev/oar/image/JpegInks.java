package dev.oar.image;

import java.awt.image.Raster;

/**
 * RGB from the four inks of a JPEG file, as libjpeg's tools and Pillow compute it.
 *
 * <p>Files with inks hold 255 for no ink, by the convention that Adobe set and that those readers assume whether Adobe's segment is
 * there or not. Each colour is what its ink leaves of white, times what black leaves; no profile is asked, so that the result does not
 * hang on the profiles that a machine has.
 */
final class JpegInks {
    private static final int HALF = 1 << 15;

    private JpegInks() {}

    /**
     * The picture, opaque.
     *
     * @param samples four bands: cyan, magenta, yellow and black, or luminance, two differences and black
     * @param chroma whether they are the latter
     */
    static RgbaImage toRgb(Raster samples, boolean chroma) {
        int width = samples.getWidth();
        int height = samples.getHeight();
        byte[] rgba = new byte[width * height * 4];
        int[] row = new int[width * 4];
        for (int y = 0; y < height; y++) {
            samples.getPixels(samples.getMinX(), samples.getMinY() + y, width, 1, row);
            for (int at = 0; at < row.length; at += 4) {
                if (chroma) {
                    toInks(row, at);
                }
                int black = row[at + 3];
                for (int channel = 0; channel < 3; channel++) {
                    rgba[y * row.length + at + channel] = (byte) ((row[at + channel] * black + 127) / 255);
                }
                rgba[y * row.length + at + 3] = (byte) 255;
            }
        }
        return new RgbaImage(width, height, rgba);
    }

    /** Luminance and differences of RGB, of which the inks are the complement (T.871, section 7), in libjpeg's 16-bit fixed point. */
    private static void toInks(int[] values, int at) {
        int luminance = values[at];
        int blue = values[at + 1] - 128;
        int red = values[at + 2] - 128;
        values[at] = 255 - eightBits(luminance + (fixed(1.402) * red + HALF >> 16));
        values[at + 1] =
                255 - eightBits(luminance + (-fixed(0.344136286) * blue - fixed(0.714136286) * red + HALF >> 16));
        values[at + 2] = 255 - eightBits(luminance + (fixed(1.772) * blue + HALF >> 16));
    }

    private static int fixed(double value) {
        return (int) (value * 65536 + 0.5);
    }

    private static int eightBits(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
