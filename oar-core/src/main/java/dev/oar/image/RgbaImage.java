package dev.oar.image;

/**
 * An image of 8-bit red, green, blue and alpha values; colours are not multiplied by alpha.
 *
 * @param width pixels per row, at least 1
 * @param height rows, at least 1
 * @param rgba {@code height * width * 4} bytes in row-major order, channels last; alpha 255 is opaque; not copied, not to be changed
 */
public record RgbaImage(int width, int height, byte[] rgba) {
    /** Checks the sizes. */
    public RgbaImage {
        if (width < 1 || height < 1 || rgba.length != (long) width * height * 4) {
            throw new IllegalArgumentException("an RGBA image of " + width + " x " + height + " pixels needs "
                    + (long) width * height * 4 + " bytes, but " + rgba.length + " were given");
        }
    }

    /** An image without transparency. */
    public static RgbaImage opaque(RgbImage image) {
        byte[] rgba = new byte[image.width() * image.height() * 4];
        for (int pixel = 0; pixel < rgba.length / 4; pixel++) {
            System.arraycopy(image.rgb(), 3 * pixel, rgba, 4 * pixel, 3);
            rgba[4 * pixel + 3] = (byte) 255;
        }
        return new RgbaImage(image.width(), image.height(), rgba);
    }

    /** Whether no pixel shows anything of what stands behind the image. */
    public boolean isOpaque() {
        for (int at = 3; at < rgba.length; at += 4) {
            if (rgba[at] != (byte) 255) {
                return false;
            }
        }
        return true;
    }

    /** The image in front of a background. */
    public RgbImage composedOn(Rgb background) {
        byte[] rgb = new byte[width * height * 3];
        for (int pixel = 0; pixel < width * height; pixel++) {
            int alpha = rgba[4 * pixel + 3] & 255;
            rgb[3 * pixel] = (byte) composed(rgba[4 * pixel] & 255, alpha, background.red());
            rgb[3 * pixel + 1] = (byte) composed(rgba[4 * pixel + 1] & 255, alpha, background.green());
            rgb[3 * pixel + 2] = (byte) composed(rgba[4 * pixel + 2] & 255, alpha, background.blue());
        }
        return new RgbImage(width, height, rgb);
    }

    /**
     * A value in front of a background.
     *
     * @param value 0 to 255
     * @param alpha 0 to 255
     * @param background 0 to 255
     * @return 0 to 255
     */
    public static int composed(int value, int alpha, int background) {
        return (value * alpha + background * (255 - alpha) + 127) / 255;
    }
}
