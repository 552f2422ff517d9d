package dev.oar.image;

import java.awt.image.BufferedImage;
import java.util.Arrays;

/** A mutable raster of packed 0xRRGGBB pixels on which sheets, maps and frames are composed. */
final class Pixels {
    final int width;
    final int height;
    private final int[] colours;

    /** A raster filled with one colour. */
    Pixels(int width, int height, int background) {
        if (width < 1 || height < 1 || (long) width * height > 1 << 28) {
            throw new IllegalArgumentException("a picture needs between 1 and " + (1 << 28) + " pixels, but is to have "
                    + width + " x " + height + "; draw fewer images or choose a smaller scale");
        }
        this.width = width;
        this.height = height;
        this.colours = new int[width * height];
        Arrays.fill(colours, background);
    }

    /** The packed colour of a pixel of an image. */
    static int colour(RgbImage image, int x, int y) {
        int at = 3 * (y * image.width() + x);
        byte[] rgb = image.rgb();
        return (rgb[at] & 255) << 16 | (rgb[at + 1] & 255) << 8 | rgb[at + 2] & 255;
    }

    static BufferedImage toBuffered(RgbImage image) {
        BufferedImage buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                buffered.setRGB(x, y, colour(image, x, y));
            }
        }
        return buffered;
    }

    static BufferedImage toBuffered(RgbaImage image) {
        BufferedImage buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_ARGB);
        byte[] rgba = image.rgba();
        for (int pixel = 0; pixel < rgba.length / 4; pixel++) {
            int at = 4 * pixel;
            int colour = (rgba[at + 3] & 255) << 24
                    | (rgba[at] & 255) << 16
                    | (rgba[at + 1] & 255) << 8
                    | rgba[at + 2] & 255;
            buffered.setRGB(pixel % image.width(), pixel / image.width(), colour);
        }
        return buffered;
    }

    /** Sets one pixel; pixels outside are left out. */
    void set(int x, int y, int colour) {
        if (x >= 0 && x < width && y >= 0 && y < height) {
            colours[y * width + x] = colour;
        }
    }

    int get(int x, int y) {
        return colours[y * width + x];
    }

    void fill(int left, int top, int width, int height, int colour) {
        for (int y = top; y < top + height; y++) {
            for (int x = left; x < left + width; x++) {
                set(x, y, colour);
            }
        }
    }

    /** Draws an image, every pixel of it as a square of {@code scale x scale}. */
    void draw(RgbImage image, int left, int top, int scale) {
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                fill(left + x * scale, top + y * scale, scale, scale, colour(image, x, y));
            }
        }
    }

    RgbImage toImage() {
        byte[] rgb = new byte[3 * colours.length];
        for (int pixel = 0; pixel < colours.length; pixel++) {
            rgb[3 * pixel] = (byte) (colours[pixel] >> 16);
            rgb[3 * pixel + 1] = (byte) (colours[pixel] >> 8);
            rgb[3 * pixel + 2] = (byte) colours[pixel];
        }
        return new RgbImage(width, height, rgb);
    }
}
