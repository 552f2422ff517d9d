package dev.oar.pipeline;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeWriter;
import dev.oar.data.DrawnTokens;
import dev.oar.data.OrderShards;
import dev.oar.data.Split;
import dev.oar.data.TokenShards;
import dev.oar.extract.ExtractionConfig;
import dev.oar.extract.OrderExtractor;
import dev.oar.file.CorruptFileException;
import dev.oar.model.AnyOrderModel;
import dev.oar.piece.PieceMakers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/** Extracts the orders of all images by the any-order model: of the training images to learn, of the test images to measure. */
final class ExtractionStage extends Stage {
    /** What is usual of cells in training images, which orders of both sides are calibrated by. */
    private static final String CALIBRATION = "calibration.json";

    private final TokensStage tokens;
    private final AnyOrderStage pretraining;
    private final ExtractionConfig config;

    /** An extraction as the recipe has it. */
    ExtractionStage(RunContext context, TokensStage tokens, AnyOrderStage pretraining) {
        this(context, tokens, pretraining, context.recipe().extraction());
    }

    ExtractionStage(RunContext context, TokensStage tokens, AnyOrderStage pretraining, ExtractionConfig config) {
        super(context, StageName.EXTRACTION, List.of(tokens, pretraining));
        this.tokens = tokens;
        this.pretraining = pretraining;
        this.config = config;
    }

    @Override
    String settings() {
        // Free-running orders of earlier versions came without the tokens that were drawn, and must be extracted anew.
        return RecipeWriter.write(config) + (isFreeRunning() ? "drawn tokens are kept" : "");
    }

    /** Whether the model's own tokens are committed, so that the orders belong to images that it drew. */
    boolean isFreeRunning() {
        return config.tokens() == ExtractionConfig.Tokens.SAMPLED;
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        TokenShards training = tokens.tokens(Split.TRAIN);
        for (Split split : Split.values()) {
            TokenShards shards = tokens.tokens(split);
            // A side without images has no captions to condition a model on; its orders are none, whatever the model
            // knows.
            Split conditioned = shards.count() == 0 ? Split.TRAIN : split;
            try (AnyOrderModel model = pretraining.model(conditioned)) {
                extract(split, shards, extractor(model, training, directory), directory.resolve(split.label()));
            }
        }
        return Map.of();
    }

    /** An extractor that knows what is usual of cells, if that is asked for. */
    private OrderExtractor extractor(AnyOrderModel model, TokenShards training, Path directory) throws IOException {
        return new OrderExtractor(model, modelFingerprint(), config)
                .calibratedOn(
                        training,
                        directory.resolve(CALIBRATION),
                        done -> progress("images for calibration", done, training.count()));
    }

    private void extract(Split split, TokenShards shards, OrderExtractor extractor, Path directory) throws IOException {
        IntConsumer done = images -> progress(split.label() + " images", images, shards.count());
        Optional<PieceMakers> makers = context().makers();
        if (makers.isEmpty()) {
            extractor.extract(shards, directory, done);
            return;
        }
        StageJob job = StageJob.of(this, split, shards.count(), config.imagesPerShard(), extractor.fingerprint(shards));
        try (StagePieces pieces = new StagePieces(makers.get(), job, done)) {
            extractor.collect(
                    shards, directory, shard -> OrderPieces.read(pieces.piece(shard), shards.grid()), images -> {});
            pieces.finished();
        }
    }

    /** What makes pieces of the orders of a side of the split; the inputs are checked to be those of the job. */
    OrderPieces open(StageJob job) throws IOException {
        TokenShards shards = tokens.tokens(job.split());
        AnyOrderModel model = pretraining.model(job.split());
        try {
            OrderExtractor extractor =
                    extractor(model, tokens.tokens(Split.TRAIN), directory().path());
            job.requireInputs(extractor.fingerprint(shards));
            return new OrderPieces(model, extractor.onShards(shards));
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * The orders of a side of the split.
     *
     * @throws CorruptFileException if they are damaged, or of other tokens or another model
     */
    OrderShards orders(Split split) throws IOException {
        TokenShards shards = tokens.tokens(split);
        try {
            OrderShards orders = OrderShards.open(
                    directory().path().resolve(split.label()), shards, context().shardCheck());
            orders.requireModel(modelFingerprint());
            return orders;
        } catch (CorruptFileException e) {
            throw unusable(e);
        }
    }

    private String modelFingerprint() throws IOException {
        return Fingerprint.ofFile(pretraining.weightsFile());
    }

    /** The tokens that the orders of a side of the split belong to: those that the model drew if extraction ran free. */
    TokenShards tokens(Split split) throws IOException {
        return isFreeRunning()
                ? context()
                        .drawn(
                                DrawnTokens.open(
                                        directory().path().resolve(split.label()),
                                        orders(split),
                                        context().shardCheck()),
                                split)
                : tokens.tokens(split);
    }
}
