package dev.oar.pipeline;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.data.Batches;
import dev.oar.data.ImageFolder;
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
import java.util.Map;

/** Turns the images of both sides of the split into token shards. */
final class TokensStage extends Stage {
    private final TokenizerStage tokenizer;

    TokensStage(RunContext context, TokenizerStage tokenizer) {
        super(context, StageName.TOKENS, List.of(tokenizer));
        this.tokenizer = tokenizer;
    }

    @Override
    String settings() {
        return "";
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        try (ImageTokenizer network = tokenizer.tokenizer()) {
            String fingerprint = Fingerprint.ofFile(tokenizer.weightsFile());
            for (Split split : Split.values()) {
                write(network, fingerprint, split, directory.resolve(split.label()));
            }
        }
        return Map.of();
    }

    /**
     * The tokens of a side of the split.
     *
     * @throws CorruptFileException if they are damaged or another tokenizer made them
     */
    TokenShards tokens(Split split) throws IOException {
        try {
            TokenShards shards = TokenShards.open(directory().path().resolve(split.label()));
            shards.requireTokenizer(Fingerprint.ofFile(tokenizer.weightsFile()));
            return context().drawn(shards, split);
        } catch (CorruptFileException e) {
            throw unusable(e);
        }
    }

    private void write(ImageTokenizer network, String fingerprint, Split split, Path directory) throws IOException {
        ImageFolder images = context().images();
        int[] indices = images.indices(split);
        int views = recipe().data().flip() && split == Split.TRAIN ? 2 : 1;
        TokenSet set = new TokenSet(
                split,
                network.grid(),
                network.vocabularySize(),
                views,
                images.classes(),
                recipe().data().neverFlip(),
                fingerprint,
                context().imagesFingerprint());
        if (isFinished(directory, set, indices.length)) {
            progress(split.label() + " images", indices.length, indices.length);
            return;
        }
        TokenShardsWriter writer = TokenShardsWriter.create(directory, set);
        for (Batches.Batch batch :
                new Batches(indices.length, ImageBatches.size(recipe().data().imageSize()))) {
            List<RgbImage> plain = new ArrayList<>();
            List<RgbImage> flipped = new ArrayList<>();
            for (int place : batch.images()) {
                int index = indices[place];
                RgbImage image = images.pixels(index);
                plain.add(image);
                flipped.add(images.mayFlip(images.images().get(index).classIndex()) ? image.mirrored() : image);
            }
            int[][] first = network.tokens(plain);
            int[][] second = views == 2 ? network.tokens(flipped) : first;
            for (int row = 0; row < batch.count(); row++) {
                int index = indices[batch.image(row)];
                int[][] both = views == 2 ? new int[][] {first[row], second[row]} : new int[][] {first[row]};
                writer.add(
                        both,
                        images.images().get(index).classIndex(),
                        images.families()[index],
                        images.images().get(index).fileName());
            }
            progress(split.label() + " images", batch.end(), indices.length);
        }
        writer.finish();
    }

    /** Whether a run that was broken off on the other side of the split has left this side complete. */
    private static boolean isFinished(Path directory, TokenSet set, int count) throws IOException {
        try {
            TokenShards left = TokenShards.open(directory);
            return left.set().equals(set) && left.count() == count;
        } catch (CorruptFileException e) {
            return false;
        }
    }
}
