package dev.oar.measure;

import dev.oar.data.Batches;
import dev.oar.data.ImageCaptions;
import dev.oar.data.ImageFolder;
import dev.oar.data.MeasuredTokens;
import dev.oar.image.RgbImage;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** The tokens of images of a data set, with their classes and families. Immutable; safe from several threads. */
public final class EncodedImages implements MeasuredTokens {
    private final int[][] tokens;
    private final int[] classes;
    private final int[] families;

    private EncodedImages(int[][] tokens, int[] classes, int[] families) {
        this.tokens = tokens;
        this.classes = classes;
        this.families = families;
    }

    /**
     * Encodes images.
     *
     * @param tokenizer stays the caller's, and is used on the calling thread
     * @param images the data set; image {@code i} of the result is the one at place {@code indices[i]}
     * @param indices places of images in the data set
     * @param batchSize images per forward pass, at least 1; the last batch is filled up, so that the tokens of an image do not depend on
     *     how many there are
     * @param progress told after each batch how many are done
     * @throws IOException if an image cannot be read
     */
    public static EncodedImages of(
            ImageTokenizer tokenizer, ImageFolder images, int[] indices, int batchSize, IntConsumer progress)
            throws IOException {
        int[][] tokens = new int[indices.length][];
        int[] classes = new int[indices.length];
        for (Batches.Batch batch : new Batches(indices.length, batchSize)) {
            List<RgbImage> pictures = new ArrayList<>();
            for (int place : batch.images()) {
                pictures.add(images.pixels(indices[place]));
            }
            int[][] encoded = tokenizer.tokens(pictures);
            for (int row = 0; row < batch.count(); row++) {
                int place = batch.image(row);
                tokens[place] = encoded[row];
                classes[place] = images.images().get(indices[place]).classIndex();
            }
            progress.accept(batch.end());
        }
        return new EncodedImages(tokens, classes, images.familiesOf(indices));
    }

    /**
     * The same images with their captions in place of their classes.
     *
     * @param captions of these images, in this order
     */
    EncodedImages drawnFrom(ImageCaptions captions) {
        return new EncodedImages(
                tokens, captions.ofImage().stream().mapToInt(Integer::intValue).toArray(), families);
    }

    @Override
    public int count() {
        return tokens.length;
    }

    @Override
    public int[] tokens(int index) {
        return tokens[index].clone();
    }

    @Override
    public int classIndex(int index) {
        return classes[index];
    }

    @Override
    public int family(int index) {
        return families[index];
    }
}
