package dev.oar.pipeline;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.data.Split;
import dev.oar.data.TokenShards;
import dev.oar.file.CorruptFileException;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
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
            ImageTokens writing = new ImageTokens(
                    context().images(),
                    context().imagesFingerprint(),
                    network,
                    Fingerprint.ofFile(tokenizer.weightsFile()));
            for (Split split : Split.values()) {
                int[] indices = context().images().indices(split);
                writing.write(
                        split,
                        indices,
                        directory.resolve(split.label()),
                        done -> progress(split.label() + " images", done, indices.length));
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
}
