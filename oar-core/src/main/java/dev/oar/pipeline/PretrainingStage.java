package dev.oar.pipeline;

import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.config.RecipeWriter;
import dev.oar.data.Split;
import dev.oar.data.TokenShards;
import dev.oar.model.AnyOrderModel;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.LearnedEncoder;
import dev.oar.model.ModelConfig;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.order.UniformRandomOrder;
import dev.oar.tensor.Weights;
import dev.oar.text.BytePairTokenizer;
import dev.oar.train.AnyOrderTraining;
import dev.oar.train.HeldOut;
import dev.oar.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Trains the any-order model on fresh uniform random orders. */
final class PretrainingStage extends AnyOrderStage {
    private final TransformerConfig config;
    private final Recipe.PretrainingSection section;
    private final TokensStage tokens;
    private @Nullable BytePairTokenizer words;

    PretrainingStage(
            RunContext context, TransformerConfig config, Recipe.PretrainingSection section, TokensStage tokens) {
        super(context, List.of(tokens));
        this.config = config;
        this.section = section;
        this.tokens = tokens;
    }

    @Override
    String settings() throws IOException {
        return settings(section);
    }

    @Override
    String settingsButSteps() throws IOException {
        return settings(section.with(section.training().butSteps()));
    }

    private String settings(Recipe.PretrainingSection of) throws IOException {
        return RecipeWriter.write(config()) + RecipeWriter.write(of.decisive()) + recipe().seed();
    }

    @Override
    boolean isShared() {
        return true;
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        TokenShards train = tokens.tokens(Split.TRAIN);
        TokenSpace space = space();
        TrainingConfig training = StageTraining.seeded(section.training(), recipe().seed(), "pretraining");
        if (config.captions().isPresent()) {
            CaptionConditioning sizes = config().captions().orElseThrow();
            context().group().firstOnly(() -> readCaptions(sizes, directory));
        }
        Weights fresh;
        try (AnyOrderTransformer initial =
                context().device().compute(() -> AnyOrderTransformer.initialise(config, space, training.seed()))) {
            fresh = initial.weights().copy();
        }
        try (AnyOrderModel model = create(fresh, Split.TRAIN)) {
            AnyOrderTraining task = new AnyOrderTraining(
                    model,
                    train,
                    new UniformRandomOrder(space.cells(), training.seed()),
                    section.classDropout(),
                    training);
            Optional<HeldOut> heldOut = HeldOutBits.of(
                    section.heldOutEvery(),
                    () -> tokens.tokens(Split.TEST),
                    training,
                    weights -> create(weights, Split.TEST));
            StageTraining.train(this, training, task, heldOut, directory, ModelFolder.fileName(arm()));
        }
        return Map.of("fingerprint", Fingerprint.ofFile(directory.resolve(ModelFolder.fileName(arm()))));
    }

    @Override
    ModelConfig config() throws IOException {
        return FrozenCaptions.placed(config, context().baseDirectory());
    }

    @Override
    public Path weightsFile() throws IOException {
        return file(ModelFolder.fileName(arm()));
    }

    /** Learns the words of the training captions, the same ones whenever it is asked to, or has a frozen encoder embed all captions. */
    private void readCaptions(CaptionConditioning sizes, Path directory) throws IOException {
        if (!(sizes.encoder() instanceof LearnedEncoder encoder)) {
            FrozenCaptions.take(this, sizes, Optional.empty(), directory);
            return;
        }
        words(encoder).write(directory.resolve(ModelFolder.CAPTION_TOKENIZER));
    }

    @Override
    BytePairTokenizer words(LearnedEncoder encoder) throws IOException {
        if (words == null) {
            words = BytePairTokenizer.train(context().captions(Split.TRAIN).captions(), encoder.vocabularySize());
        }
        return words;
    }

    @Override
    TokenSpace space() throws IOException {
        TokenShards train = tokens.tokens(Split.TRAIN);
        return new TokenSpace(
                train.grid(), train.vocabularySize(), train.classes().size());
    }

    @Override
    Path captionTokenizerFile() throws IOException {
        return directory().path().resolve(ModelFolder.CAPTION_TOKENIZER);
    }

    @Override
    Weights readWeights() throws IOException {
        return Safetensors.weights(weightsFile()).movedTo(context().device());
    }

    @Override
    Weights ownWeights() throws IOException {
        // They are read, not mapped, and a copy would be a second one.
        return readWeights();
    }
}
