package dev.oar.generate;

import dev.oar.config.Require;

/**
 * Which images to draw.
 *
 * @param firstIndex index of the first image; with the seed, an index determines its image
 * @param classes the class of each image; their number is the number of images
 * @param seed the seed
 * @param batchSize images decoded together, 1 to 4096; at equal batch size an image is the same whatever is drawn with it
 * @param drawing how
 */
public record GenerationRequest(long firstIndex, int[] classes, long seed, int batchSize, Drawing drawing) {
    /** The largest batch: a limit for slips of the pen, far above what is fast. */
    private static final int LARGEST_BATCH = 4096;

    /** Checks the ranges. */
    public GenerationRequest {
        classes = classes.clone();
        requireRange("drawing", firstIndex, classes.length, batchSize);
    }

    /**
     * Checks which images are asked for, of every request that draws some.
     *
     * @param activity what is to be done, such as "drawing"
     * @throws IllegalArgumentException if an index may not be counted to, nothing is asked for, or the batch is no usual one
     */
    public static void requireRange(String activity, long firstIndex, int count, int batchSize) {
        Require.that(
                firstIndex >= 0
                        && count >= 1
                        && batchSize >= 1
                        && batchSize <= LARGEST_BATCH
                        && firstIndex <= Long.MAX_VALUE - count - batchSize,
                "%s needs a first index of at least 0 with room for all images behind it, at least 1 image and a batch size of 1 to %s, but"
                        + " was given %s, %s and %s",
                activity,
                LARGEST_BATCH,
                firstIndex,
                count,
                batchSize);
    }

    /** The number of images. */
    public int count() {
        return classes.length;
    }

    /** The class of the image nearest to an index among those asked for. */
    int nearestClass(long index) {
        return classes[(int) Math.max(0, Math.min(classes.length - 1L, index - firstIndex))];
    }

    /** Whether an index is asked for. */
    boolean asks(long index) {
        return index >= firstIndex && index < firstIndex + classes.length;
    }
}
