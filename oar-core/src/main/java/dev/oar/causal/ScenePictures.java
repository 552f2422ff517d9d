package dev.oar.causal;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.data.MeasuredTokens;
import dev.oar.data.Split;
import dev.oar.data.TokenSet;
import dev.oar.data.TokenShards;
import dev.oar.data.TokenShardsWriter;
import dev.oar.order.CounterRandom;
import dev.oar.scene.SceneGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Drawn pictures as tokens; the tiles are the codebook, so that no tokenizer is needed.
 *
 * @param tokens {@code [pictures][cells]}; not copied, not to be changed
 */
record ScenePictures(int[][] tokens) implements MeasuredTokens {
    /** The one class: pictures are drawn from nothing. */
    static final List<String> CLASSES = List.of("scene");

    /**
     * Draws pictures.
     *
     * @param purpose pictures of two purposes are independent of each other
     */
    static ScenePictures draw(SceneGenerator generator, int count, long seed, String purpose) {
        CounterRandom random = CounterRandom.of(seed, purpose);
        int[][] tokens = new int[count][];
        for (int picture = 0; picture < count; picture++) {
            tokens[picture] = generator.draw(random.derive(picture)).tokens();
        }
        return new ScenePictures(tokens);
    }

    /** Writes the pictures as shards to train on; they are few, and are written anew by every run. */
    TokenShards write(SceneGenerator generator, Path directory) throws IOException {
        int vocabulary = generator.distribution().vocabularySize();
        TokenSet set = new TokenSet(
                Split.TRAIN,
                generator.grid(),
                vocabulary,
                1,
                CLASSES,
                List.of(),
                Fingerprint.of("tiles of scenes", Integer.toString(vocabulary)),
                Fingerprint.of("scenes", Integer.toString(tokens.length)));
        TokenShardsWriter writer = TokenShardsWriter.create(directory, set);
        for (int picture = 0; picture < tokens.length; picture++) {
            writer.add(new int[][] {tokens[picture]}, 0, picture, picture + ".png");
        }
        return writer.finish();
    }

    @Override
    public int count() {
        return tokens.length;
    }

    @Override
    public int[] tokens(int index) {
        return tokens[index];
    }

    @Override
    public int classIndex(int index) {
        return 0;
    }

    @Override
    public int family(int index) {
        return index;
    }
}
