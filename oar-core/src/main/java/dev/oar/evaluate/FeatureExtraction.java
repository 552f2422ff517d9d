package dev.oar.evaluate;

import dev.oar.image.RgbImage;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tokenizer.PixelTensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Runs a feature network over a set of images, batch by batch, in memory that does not grow with the set but by its features. */
public final class FeatureExtraction {
    private FeatureExtraction() {}

    /**
     * The features of all images.
     *
     * @param batchSize images per forward pass, at least 1; the last batch is filled up, so that the features of an image do not
     *     depend on how many there are
     * @throws IOException if an image cannot be read
     * @throws IllegalArgumentException if there is no image, or sizes differ within a batch
     */
    public static FeatureSet of(FeatureNetwork network, ImageSource images, int batchSize) throws IOException {
        return of(network, images, batchSize, done -> {});
    }

    /** As {@link #of(FeatureNetwork, ImageSource, int)}; {@code progress} is told how many images are done. */
    public static FeatureSet of(FeatureNetwork network, ImageSource images, int batchSize, IntConsumer progress)
            throws IOException {
        if (images.count() < 1 || batchSize < 1) {
            throw new IllegalArgumentException("features need at least one image and a batch size of at least 1, but"
                    + " there are " + images.count() + " images at batch size " + batchSize + "; give it images");
        }
        int width = network.width();
        float[] values = new float[Math.multiplyExact(images.count(), width)];
        for (int from = 0; from < images.count(); from += batchSize) {
            int end = Math.min(images.count(), from + batchSize);
            float[] features = features(network, batch(images, from, end, batchSize));
            System.arraycopy(features, 0, values, from * width, (end - from) * width);
            progress.accept(end);
        }
        return new FeatureSet(width, values, images.families());
    }

    /** Images {@code from .. end - 1}, the last one repeated until there are {@code batchSize}. */
    static List<RgbImage> batch(ImageSource images, int from, int end, int batchSize) throws IOException {
        List<RgbImage> batch = new ArrayList<>();
        for (int index = from; index < end; index++) {
            batch.add(images.image(index));
        }
        while (batch.size() < batchSize) {
            batch.add(batch.get(batch.size() - 1));
        }
        return batch;
    }

    /** Row by row, the features of a batch. */
    static float[] features(FeatureNetwork network, List<RgbImage> batch) {
        return TensorScope.compute(() -> Tensors.floats(network.features(PixelTensors.of(batch))));
    }
}
