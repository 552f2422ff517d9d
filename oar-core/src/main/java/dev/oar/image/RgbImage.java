package dev.oar.image;

/**
 * An image of 8-bit red, green and blue values.
 *
 * @param width pixels per row, at least 1
 * @param height rows, at least 1
 * @param rgb {@code height * width * 3} bytes in row-major order, channels last; not copied, not to be changed
 */
public record RgbImage(int width, int height, byte[] rgb) {
    /** Checks the sizes. */
    public RgbImage {
        if (width < 1 || height < 1 || rgb.length != (long) width * height * 3) {
            throw new IllegalArgumentException("an RGB image of " + width + " x " + height + " pixels needs "
                    + (long) width * height * 3 + " bytes, but " + rgb.length + " were given");
        }
    }

    /** The horizontally flipped image. */
    public RgbImage mirrored() {
        byte[] flipped = new byte[rgb.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                System.arraycopy(rgb, (y * width + x) * 3, flipped, (y * width + width - 1 - x) * 3, 3);
            }
        }
        return new RgbImage(width, height, flipped);
    }
}
