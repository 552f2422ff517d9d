package dev.oar.generate;

import dev.oar.config.Require;

/**
 * One image to draw, beside others that may have been asked for by others.
 *
 * @param condition its class or caption, or {@link dev.oar.model.TokenSpace#unconditional()} for none
 * @param seed its seed
 * @param index its index: with the seed it determines all random numbers of the image
 * @param drawing how
 */
public record ImageRequest(int condition, long seed, long index, Drawing drawing) {
    /** Checks the index. */
    public ImageRequest {
        Require.that(index >= 0, "the index of an image is at least 0, but is %s", index);
        Require.that(
                drawing.enlargement().isEmpty(),
                "images of several users are drawn on the model's own grid, but one is to be on a larger one; ask for"
                        + " it alone");
    }

    /** What images must have in common to be drawn in one batch: all but filters and the cells of orders known beforehand. */
    public Drawing shared() {
        Drawing same = drawing.withSampling(Sampling.NONE);
        return same.order() instanceof DrawingOrder.Fixed fixed
                ? same.withOrder(new DrawingOrder.Raster(fixed.pace()))
                : same;
    }
}
