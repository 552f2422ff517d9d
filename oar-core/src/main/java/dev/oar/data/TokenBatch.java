package dev.oar.data;

/**
 * The samples of one forward pass.
 *
 * @param firstDraw the number of samples drawn before the first of these since training began
 * @param images place of each sample's image in its token shards
 * @param views view of each sample: 0, or 1 for the flipped image
 * @param conditions the class or caption of each sample
 * @param tokens {@code [samples][cells]}, raster order
 */
public record TokenBatch(long firstDraw, int[] images, int[] views, int[] conditions, int[][] tokens) {
    /** The number of samples. */
    public int size() {
        return images.length;
    }
}
