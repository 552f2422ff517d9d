package dev.oar.pipeline;

/** How many images a network that works on pixels is given at once. */
final class ImageBatches {
    private static final int MOST = 32;
    private static final long PIXELS = MOST * 64L * 64;

    private ImageBatches() {}

    /**
     * As many images as 32 of 64 x 64 pixels have pixels, at least 1 and at most 32: memory must not grow with the size of images, nor a
     * batch that is filled up cost minutes. A function of the size alone, so that an image's tokens never depend on how many images there
     * are.
     *
     * @param side height and width of the images in pixels
     */
    static int size(int side) {
        return (int) Math.max(1, Math.min(MOST, PIXELS / ((long) side * side)));
    }
}
