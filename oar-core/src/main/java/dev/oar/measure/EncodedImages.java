package dev.oar.measure;

import dev.oar.data.ImageFolder;
import dev.oar.evaluate.MeasuredTokens;
import dev.oar.image.RgbImage;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tokenizer.ImageTokenizer;
import dev.oar.tokenizer.PixelTensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Images as a tokenizer sees them. */
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
     * Encodes images of a data set.
     *
     * @param indices places of the images in the data set
     * @param progress told how many are done
     */
    public static EncodedImages of(
            ImageTokenizer tokenizer, ImageFolder images, int[] indices, int batchSize, IntConsumer progress)
            throws IOException {
        int[][] tokens = new int[indices.length][];
        int[] classes = new int[indices.length];
        for (int from = 0; from < indices.length; from += batchSize) {
            int size = Math.min(batchSize, indices.length - from);
            List<RgbImage> batch = new ArrayList<>();
            for (int row = 0; row < batchSize; row++) {
                // The last batch is filled up: an image's tokens must not depend on how many stand beside it.
                batch.add(images.pixels(indices[from + Math.min(row, size - 1)]));
            }
            int[][] encoded = TensorScope.compute(
                    () -> Tensors.withoutGradient(() -> Tensors.intRows(tokenizer.encode(PixelTensors.of(batch)))));
            for (int row = 0; row < size; row++) {
                tokens[from + row] = encoded[row];
                classes[from + row] = images.images().get(indices[from + row]).classIndex();
            }
            progress.accept(from + size);
        }
        return new EncodedImages(tokens, classes, images.familiesOf(indices));
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
