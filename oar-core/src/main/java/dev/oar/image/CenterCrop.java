package dev.oar.image;

/**
 * The centre crop that prepared the training images of ADM (Dhariwal and Nichol, arXiv 2105.05233) and of the public
 * projects after it, RandAR and LlamaGen among them.
 *
 * <p>While the shorter side is at least twice the target, both sides are halved by a box filter; then the shorter side is brought
 * to the target by the antialiased bicubic filter; then the middle square is taken.
 */
public final class CenterCrop {
    private CenterCrop() {}

    /**
     * The middle square of an image.
     *
     * @param size side of the result in pixels, at least 1
     * @throws IllegalArgumentException if the size is below 1
     */
    public static RgbImage apply(RgbImage image, int size) {
        if (size < 1) {
            throw new IllegalArgumentException(
                    "a centre crop needs a side of at least 1 pixel, but it is " + size + "; choose a positive size");
        }
        RgbImage reduced = image;
        while (Math.min(reduced.width(), reduced.height()) >= 2L * size) {
            reduced = Resize.box(reduced, reduced.width() / 2, reduced.height() / 2);
        }
        double scale = (double) size / Math.min(reduced.width(), reduced.height());
        int width = scaled(reduced.width(), scale);
        int height = scaled(reduced.height(), scale);
        return Resize.bicubic(reduced, width, height, (width - size) / 2, (height - size) / 2, size, size);
    }

    /** Half to even, as Python's {@code round}. */
    private static int scaled(int side, double scale) {
        return Math.toIntExact((long) Math.rint(side * scale));
    }
}
