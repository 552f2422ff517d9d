package dev.oar.holes;

import dev.oar.data.Batches;
import dev.oar.data.Families;
import dev.oar.data.ImageFolder;
import dev.oar.data.MeasuredTokens;
import dev.oar.image.RgbImage;
import dev.oar.measure.EncodedImages;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/** Held-out images in shuffled sequence, in the batches that holes are painted in; pixels are read when they are asked for. */
final class HeldOutImages {
    private final ImageFolder folder;
    private final int[] indices;
    private final Batches batches;
    private final MeasuredTokens tokens;

    private HeldOutImages(ImageFolder folder, int[] indices, int batchSize, MeasuredTokens tokens) {
        this.folder = folder;
        this.indices = indices;
        this.batches = new Batches(indices.length, batchSize);
        this.tokens = tokens;
    }

    /**
     * Chooses images by the seed and encodes them.
     *
     * @param most how many at most
     * @param progress told how many are encoded
     */
    static HeldOutImages of(
            ImageTokenizer tokenizer, ImageFolder folder, int most, int batchSize, long seed, IntConsumer progress)
            throws IOException {
        int[] all = folder.testIndices();
        // Neighbours by name look alike, so a batch of them would show a random hole on one kind of image only.
        int[] indices = Arrays.stream(GenerationOrder.uniform(all.length, CounterRandom.of(seed, "held-out images"))
                        .toArray())
                .limit(most)
                .map(place -> all[place])
                .toArray();
        return new HeldOutImages(
                folder, indices, batchSize, EncodedImages.of(tokenizer, folder, indices, batchSize, progress));
    }

    /** The number of images. */
    int count() {
        return indices.length;
    }

    /** The number of batches. */
    int batches() {
        return batches.count();
    }

    /** The number of images of a batch; its rows behind them repeat its last. */
    int size(int batch) {
        return batches.get(batch).count();
    }

    /** The place of the image in each row of a batch, from 0. */
    int[] places(int batch) {
        return batches.get(batch).images();
    }

    /** The images in the rows of a batch. */
    List<RgbImage> pictures(int batch) throws IOException {
        List<RgbImage> pictures = new ArrayList<>();
        for (int place : places(batch)) {
            pictures.add(folder.pixels(indices[place]));
        }
        return pictures;
    }

    /** The tokens of all images, nothing hidden. */
    MeasuredTokens tokens() {
        return tokens;
    }

    /** Which images are variants of one picture. */
    Families families() {
        return tokens.families();
    }
}
