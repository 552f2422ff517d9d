package dev.oar.pipeline;

import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.config.RecipeWriter;
import dev.oar.data.Split;
import dev.oar.data.TokenShards;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.order.UniformRandomOrder;
import dev.oar.train.AnyOrderTraining;
import dev.oar.train.HeldOut;
import dev.oar.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Trains the any-order model on fresh uniform random orders. */
final class PretrainingStage extends AnyOrderStage {
    private final TransformerConfig config;
    private final Recipe.PretrainingSection section;
    private final TokensStage tokens;

    PretrainingStage(
            RunContext context, TransformerConfig config, Recipe.PretrainingSection section, TokensStage tokens) {
        super(context, List.of(tokens));
        this.config = config;
        this.section = section;
        this.tokens = tokens;
    }

    @Override
    String settings() {
        return settings(section);
    }

    @Override
    String settingsButSteps() {
        return settings(section.with(section.training().butSteps()));
    }

    private String settings(Recipe.PretrainingSection of) {
        return RecipeWriter.write(config) + RecipeWriter.write(of.decisive()) + recipe().seed();
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        TokenShards train = tokens.tokens(Split.TRAIN);
        TokenSpace space = new TokenSpace(
                train.grid(), train.vocabularySize(), train.classes().size());
        TrainingConfig training = StageTraining.seeded(section.training(), recipe().seed(), "pretraining");
        try (AnyOrderTransformer model =
                context().device().compute(() -> AnyOrderTransformer.initialise(config, space, training.seed()))) {
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
                    weights -> new AnyOrderTransformer(config, space, weights));
            StageTraining.train(this, training, task, heldOut, directory, ModelFolder.fileName(arm()));
        }
        return Map.of("fingerprint", Fingerprint.ofFile(directory.resolve(ModelFolder.fileName(arm()))));
    }

    @Override
    TransformerConfig config() {
        return config;
    }

    @Override
    public Path weightsFile() throws IOException {
        return file(ModelFolder.fileName(arm()));
    }

    @Override
    public AnyOrderTransformer model() throws IOException {
        TokenShards train = tokens.tokens(Split.TRAIN);
        return new AnyOrderTransformer(
                config,
                new TokenSpace(
                        train.grid(), train.vocabularySize(), train.classes().size()),
                Safetensors.weights(weightsFile()).movedTo(context().device()));
    }
}
