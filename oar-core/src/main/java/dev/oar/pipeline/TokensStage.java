package dev.oar.pipeline;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.data.ExtractedCodes;
import dev.oar.data.ExtractedCodesConfig;
import dev.oar.data.ImageFolder;
import dev.oar.data.Split;
import dev.oar.data.TokenSet;
import dev.oar.data.TokenShards;
import dev.oar.file.CorruptFileException;
import dev.oar.piece.PieceMakers;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Turns the images of both sides of the split into token shards; those of the training side may be read from codes that were extracted
 * before.
 */
final class TokensStage extends Stage {
    private final TokenizerStage tokenizer;

    TokensStage(RunContext context, TokenizerStage tokenizer) {
        super(context, StageName.TOKENS, List.of(tokenizer));
        this.tokenizer = tokenizer;
    }

    @Override
    String settings() throws IOException {
        Optional<ExtractedCodesConfig> codes = recipe().data().codes();
        return codes.isPresent()
                ? "codes "
                        + ExtractedCodes.version(
                                folder(codes.get()), codes.get().layout())
                : "";
    }

    private Path folder(ExtractedCodesConfig codes) {
        return context().baseDirectory().resolve(codes.path());
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        Optional<ExtractedCodesConfig> codes = recipe().data().codes();
        try (ImageTokenizer network = tokenizer.tokenizer()) {
            if (codes.isPresent()) {
                read(codes.get(), network, directory.resolve(Split.TRAIN.label()));
            }
            ImageTokens writing = new ImageTokens(
                    context().images(),
                    context().imagesFingerprint(),
                    network,
                    Fingerprint.ofFile(tokenizer.weightsFile()));
            for (Split split : codes.isPresent() ? List.of(Split.TEST) : List.of(Split.values())) {
                write(writing, split, directory.resolve(split.label()));
            }
        }
        return Map.of();
    }

    private void write(ImageTokens writing, Split split, Path directory) throws IOException {
        int[] indices = context().images().indices(split);
        IntConsumer done = images -> progress(split.label() + " images", images, indices.length);
        Optional<PieceMakers> makers = context().makers();
        if (makers.isEmpty()) {
            writing.write(split, indices, directory, done);
            return;
        }
        try (StagePieces pieces = new StagePieces(makers.get(), job(writing, split, indices.length), done)) {
            writing.write(split, indices, directory, new TokenPieces(pieces, writing, split)::rows, images -> {});
            pieces.finished();
        }
    }

    private StageJob job(ImageTokens writing, Split split, int images) throws IOException {
        int perPiece = StageJob.IMAGES_PER_PIECE / writing.batchSize() * writing.batchSize();
        return StageJob.of(this, split, images, perPiece, writing.tokenizerFingerprint());
    }

    /** What makes the tokens of images of this run; close its tokenizer after use. */
    ImageTokens imageTokens() throws IOException {
        return new ImageTokens(
                context().images(),
                context().imagesFingerprint(),
                tokenizer.tokenizer(),
                Fingerprint.ofFile(tokenizer.weightsFile()));
    }

    private void read(ExtractedCodesConfig codes, ImageTokenizer network, Path directory) throws IOException {
        if (context().drawsFromCaptions()) {
            throw new IllegalArgumentException("extracted codes have classes and no captions, but the model draws from"
                    + " captions; take data.codes out of the recipe");
        }
        ImageFolder images = context().images();
        TokenSet set = new TokenSet(
                Split.TRAIN,
                network.grid(),
                network.vocabularySize(),
                2,
                images.classes(),
                images.config().neverFlip(),
                Fingerprint.ofFile(tokenizer.weightsFile()),
                "");
        int indices = images.trainIndices().length;
        ExtractedCodes.write(
                folder(codes),
                codes.layout(),
                set,
                directory,
                done -> progress("codes of images", done, Math.max(done, indices)));
    }

    /**
     * The tokens of a side of the split.
     *
     * @throws CorruptFileException if they are damaged or another tokenizer made them
     */
    TokenShards tokens(Split split) throws IOException {
        try {
            TokenShards shards = TokenShards.open(
                    directory().path().resolve(split.label()), context().shardCheck());
            shards.requireTokenizer(Fingerprint.ofFile(tokenizer.weightsFile()));
            return context().drawn(shards, split);
        } catch (CorruptFileException e) {
            throw unusable(e);
        }
    }
}
