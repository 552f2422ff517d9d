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
}
