package dev.oar.generate;

/**
 * Which images to draw.
 *
 * @param firstIndex index of the first image; with the seed, an index determines its image
 * @param classes the class of each image; their number is the number of images
 * @param seed the seed
 * @param batchSize images decoded together; at equal batch size an image is the same whatever is drawn with it
 * @param drawing how
 */
public record GenerationRequest(long firstIndex, int[] classes, long seed, int batchSize, Drawing drawing) {
    /** Checks the ranges. */
    public GenerationRequest {
        classes = classes.clone();
        if (firstIndex < 0 || classes.length < 1 || batchSize < 1) {
            throw new IllegalArgumentException(
                    "drawing needs a first index of at least 0, at least 1 image and a batch size of"
                            + " at least 1, but was given " + firstIndex + ", " + classes.length + " and " + batchSize);
        }
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
