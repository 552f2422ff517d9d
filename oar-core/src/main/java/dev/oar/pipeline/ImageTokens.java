package dev.oar.pipeline;

import dev.oar.data.Batches;
import dev.oar.data.ImageFolder;
import dev.oar.data.ReadAhead;
import dev.oar.data.Split;
import dev.oar.data.TokenSet;
import dev.oar.data.TokenShards;
import dev.oar.data.TokenShardsWriter;
import dev.oar.file.CorruptFileException;
import dev.oar.image.RgbImage;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Turns images of a data set into token shards.
 *
 * @param images the data set
 * @param imagesFingerprint its fingerprint
 * @param tokenizer makes tokens
 * @param tokenizerFingerprint of its weights
 */
record ImageTokens(
        ImageFolder images, String imagesFingerprint, ImageTokenizer tokenizer, String tokenizerFingerprint) {
    /** The tokens of the images of a batch. */
    @FunctionalInterface
    interface Rows {
        /** Gives, image by image, one row of tokens per view. */
        List<int[][]> of(Batches.Batch batch) throws IOException;
    }

    /**
     * Writes the tokens of images of one side of the split; complete ones stay.
     *
     * @param indices places of the images in the data set
     * @param done told after each batch how many are done
     */
    void write(Split split, int[] indices, Path directory, IntConsumer done) throws IOException {
        if (isFinished(directory, set(split), indices.length)) {
            done.accept(indices.length);
            return;
        }
        try (ReadAhead<RgbImage> ahead = readAhead(indices)) {
            write(split, indices, directory, batch -> tokens(batch, indices, views(split), ahead), done);
        }
    }

    /** As the shorter form, with tokens that are made elsewhere. */
    void write(Split split, int[] indices, Path directory, Rows rows, IntConsumer done) throws IOException {
        TokenSet set = set(split);
        if (isFinished(directory, set, indices.length)) {
            done.accept(indices.length);
            return;
        }
        TokenShardsWriter writer = TokenShardsWriter.create(directory, set);
        for (Batches.Batch batch : new Batches(indices.length, batchSize())) {
            List<int[][]> tokens = rows.of(batch);
            for (int row = 0; row < batch.count(); row++) {
                int index = indices[batch.image(row)];
                writer.add(
                        tokens.get(row),
                        images.images().get(index).classIndex(),
                        images.familiesOf(new int[] {index})[0],
                        images.images().get(index).fileName());
            }
            done.accept(batch.end());
        }
        writer.finish();
    }

    private TokenSet set(Split split) {
        return new TokenSet(
                split,
                tokenizer.grid(),
                tokenizer.vocabularySize(),
                views(split),
                images.classes(),
                images.config().neverFlip(),
                tokenizerFingerprint,
                imagesFingerprint);
    }

    /** How many images the tokenizer is given at once. */
    int batchSize() {
        return ImageBatches.size(images.config().imageSize());
    }

    /** How many views of an image there are on a side of the split. */
    int views(Split split) {
        return images.config().flip() && split == Split.TRAIN ? 2 : 1;
    }

    /** Images one after the other; close it after use. */
    ReadAhead<RgbImage> readAhead(int[] indices) {
        return ReadAhead.of(images, indices, 2 * batchSize());
    }

    /** The tokens of the images of a batch, one row per view. */
    List<int[][]> tokens(Batches.Batch batch, int[] indices, int views, ReadAhead<RgbImage> ahead) throws IOException {
        List<RgbImage> plain = new ArrayList<>();
        List<RgbImage> flipped = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            // Rows behind the last image repeat it.
            RgbImage image = row < batch.count() ? ahead.take(batch.image(row)) : plain.get(batch.count() - 1);
            plain.add(image);
            int classIndex = images.images().get(indices[batch.image(row)]).classIndex();
            flipped.add(images.mayFlip(classIndex) ? image.mirrored() : image);
        }
        int[][] first = tokenizer.tokens(plain);
        int[][] second = views == 2 ? tokenizer.tokens(flipped) : first;
        List<int[][]> tokens = new ArrayList<>();
        for (int row = 0; row < batch.count(); row++) {
            tokens.add(views == 2 ? new int[][] {first[row], second[row]} : new int[][] {first[row]});
        }
        return tokens;
    }

    /** Whether a run that was broken off later has left these complete. */
    private static boolean isFinished(Path directory, TokenSet set, int count) throws IOException {
        try {
            TokenShards left = TokenShards.open(directory);
            return left.set().equals(set) && left.count() == count;
        } catch (CorruptFileException e) {
            return false;
        }
    }
}
