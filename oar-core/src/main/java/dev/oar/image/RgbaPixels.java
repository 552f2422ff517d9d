package dev.oar.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;

/**
 * 8-bit RGB and alpha from any decoded image.
 *
 * <p>Samples are taken as they stand instead of through the colour model, whose conversion of grey would brighten it.
 */
final class RgbaPixels {
    private RgbaPixels() {}

    /**
     * The pixels; opaque where the image has no alpha.
     *
     * @param transparentGrey the grey from 0 to 255 that is transparent in a grey image; -1 for none
     */
    static RgbaImage of(BufferedImage image, int transparentGrey) {
        byte[] rgba = new byte[image.getWidth() * image.getHeight() * 4];
        int[] row = new int[image.getWidth() * 4];
        for (int y = 0; y < image.getHeight(); y++) {
            if (image.getColorModel() instanceof IndexColorModel palette) {
                paletteRow(image.getRaster(), palette, y, row);
            } else {
                sampleRow(image, y, row);
            }
            for (int i = 0; i < row.length; i += 4) {
                row[i + 3] = row[i] == transparentGrey ? 0 : row[i + 3];
            }
            for (int i = 0; i < row.length; i++) {
                rgba[y * row.length + i] = (byte) row[i];
            }
        }
        return new RgbaImage(image.getWidth(), image.getHeight(), rgba);
    }

    private static void paletteRow(Raster raster, IndexColorModel palette, int y, int[] rgba) {
        int[] indices =
                raster.getSamples(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, 0, (int[]) null);
        for (int x = 0; x < indices.length; x++) {
            int argb = palette.getRGB(indices[x]);
            rgba[4 * x] = argb >> 16 & 0xff;
            rgba[4 * x + 1] = argb >> 8 & 0xff;
            rgba[4 * x + 2] = argb & 0xff;
            rgba[4 * x + 3] = argb >>> 24;
        }
    }

    private static void sampleRow(BufferedImage image, int y, int[] rgba) {
        Raster raster = image.getRaster();
        ColorModel colours = image.getColorModel();
        SampleModel samples = raster.getSampleModel();
        int bands = samples.getNumBands();
        boolean alpha = colours.hasAlpha();
        int colourBands = alpha ? bands - 1 : bands;
        int[] values = raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, (int[]) null);
        for (int x = 0; x < raster.getWidth(); x++) {
            for (int channel = 0; channel < 3; channel++) {
                int band = colourBands < 3 ? 0 : channel;
                rgba[4 * x + channel] = eightBits(values[x * bands + band], samples.getSampleSize(band));
            }
            rgba[4 * x + 3] = alpha ? eightBits(values[x * bands + bands - 1], samples.getSampleSize(bands - 1)) : 255;
        }
    }

    private static int eightBits(int value, int bits) {
        if (bits == 8) {
            return value & 0xff;
        }
        long largest = (1L << bits) - 1;
        return (int) (((value & largest) * 255 + largest / 2) / largest);
    }
}
