package dev.oar.evaluate;

import dev.oar.config.Require;
import dev.oar.data.Families;
import dev.oar.data.ImageSource;
import dev.oar.feature.InceptionNetwork;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tokenizer.PixelTensors;
import java.io.IOException;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * What the Inception network says of a set of images, taken in one pass.
 *
 * @param pool the features that FID, KID, precision and recall compare
 * @param spatial the features that sFID compares
 */
public record InceptionFeatures(FeatureSet pool, FeatureSet spatial) {
    /** Name of the distance of spatial features, sFID. */
    private static final String SPATIAL = "sFID";

    /**
     * Runs the network over images.
     *
     * @param batchSize images per forward pass; the last batch is filled up
     * @param progress told how many images are done
     * @throws IOException if an image cannot be read
     */
    public static InceptionFeatures of(
            InceptionNetwork network, ImageSource images, int batchSize, IntConsumer progress) throws IOException {
        Require.that(
                images.count() >= 1 && batchSize >= 1,
                "features need at least one image and a batch size of at least 1, but there are %s images at batch"
                        + " size %s; give it images",
                images.count(),
                batchSize);
        int count = images.count();
        try (FeatureRows pool = new FeatureRows(count, InceptionNetwork.POOL_WIDTH);
                FeatureRows spatial = new FeatureRows(count, InceptionNetwork.SPATIAL_WIDTH)) {
            FeatureExtraction.forBatches(images, batchSize, (batch, pictures) -> {
                float[][] both = TensorScope.compute(() -> activations(network, pictures));
                pool.add(both[0], 0, batch.count());
                spatial.add(both[1], 0, batch.count());
                progress.accept(batch.end());
            });
            Families families = images.families();
            return new InceptionFeatures(pool.finish(families), spatial.finish(families));
        }
    }

    private static float[][] activations(InceptionNetwork network, List<dev.oar.image.RgbImage> batch) {
        InceptionNetwork.Activations activations = network.activations(PixelTensors.of(batch));
        return new float[][] {Tensors.floats(activations.pool3()), Tensors.floats(activations.spatial())};
    }

    /** The metric of spatial features. */
    public static Metric spatialMetric(FeatureSpace space) {
        return new Metric(space.caption(SPATIAL), true, Metric.Kind.DISTANCE);
    }
}
