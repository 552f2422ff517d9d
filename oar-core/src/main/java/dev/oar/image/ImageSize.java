package dev.oar.image;

/**
 * The size of an image.
 *
 * @param width pixels per row, at least 1
 * @param height rows, at least 1
 */
public record ImageSize(int width, int height) {
    /** Checks the ranges. */
    public ImageSize {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("an image needs a positive width and height, but they are " + width
                    + " x " + height + "; give both");
        }
    }

    /** The size of an image at hand. */
    public static ImageSize of(RgbImage image) {
        return new ImageSize(image.width(), image.height());
    }

    /** Width and height, as in {@code 256 x 192}. */
    @Override
    public String toString() {
        return width + " x " + height;
    }
}
