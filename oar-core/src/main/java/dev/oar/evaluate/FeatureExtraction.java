package dev.oar.evaluate;

import dev.oar.data.Batches;
import dev.oar.data.ImageSource;
import dev.oar.feature.FeatureNetwork;
import dev.oar.image.RgbImage;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tokenizer.PixelTensors;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Runs a feature network over a set of images, batch by batch, in memory that hardly grows with the set. */
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
        try (FeatureRows values = new FeatureRows(images.count(), width)) {
            forBatches(images, batchSize, (batch, pictures) -> {
                values.add(features(network, pictures), 0, batch.count());
                progress.accept(batch.end());
            });
            return values.finish(images.families());
        }
    }

    /** What is done with a batch of images. */
    @FunctionalInterface
    interface BatchConsumer {
        /** Takes the images in the rows of a batch. */
        void accept(Batches.Batch batch, List<RgbImage> pictures) throws IOException;
    }

    /** Hands on all images batch by batch; the next batch is read while one is being worked on. */
    static void forBatches(ImageSource images, int batchSize, BatchConsumer consumer) throws IOException {
        ExecutorService reader = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "image reader");
            thread.setDaemon(true);
            return thread;
        });
        try {
            Batches batches = new Batches(images.count(), batchSize);
            Future<List<RgbImage>> next = reader.submit(() -> pictures(images, batches.get(0)));
            for (Batches.Batch batch : batches) {
                List<RgbImage> pictures = finished(next);
                if (batch.end() < images.count()) {
                    Batches.Batch behind = batches.get(batch.end() / batchSize);
                    next = reader.submit(() -> pictures(images, behind));
                }
                consumer.accept(batch, pictures);
            }
        } finally {
            reader.shutdownNow();
        }
    }

    private static List<RgbImage> finished(Future<List<RgbImage>> batch) throws IOException {
        try {
            return batch.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("reading images was interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("reading images failed", e.getCause());
        }
    }

    /** The images in the rows of a batch; each is read once. */
    static List<RgbImage> pictures(ImageSource images, Batches.Batch batch) throws IOException {
        List<RgbImage> pictures = new ArrayList<>();
        for (int index = batch.first(); index < batch.end(); index++) {
            pictures.add(images.image(index));
        }
        return IntStream.of(batch.images())
                .mapToObj(index -> pictures.get(index - batch.first()))
                .toList();
    }

    /** Row by row, the features of a batch. */
    static float[] features(FeatureNetwork network, List<RgbImage> batch) {
        return TensorScope.compute(() -> Tensors.floats(network.features(PixelTensors.of(batch))));
    }
}
