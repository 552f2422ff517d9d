package dev.oar.pipeline;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeWriter;
import dev.oar.data.MeanRanks;
import dev.oar.data.OrderShards;
import dev.oar.data.Split;
import dev.oar.data.TokenShards;
import dev.oar.order.MixedOrder;
import dev.oar.order.OrderSource;
import dev.oar.order.UniformRandomOrder;
import dev.oar.study.ArmMaterial;
import dev.oar.study.StudyArm;
import dev.oar.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Trains an arm of a study: the any-order model of its seed, further, on the arm's orders. */
final class StudyArmStage extends FurtherTrainingStage {
    private static final String WEIGHTS = "weights.safetensors";

    private final StudyArm arm;
    private final TokensStage tokens;
    private final Optional<ExtractionStage> extraction;

    StudyArmStage(
            RunContext context,
            StudyArm arm,
            TokensStage tokens,
            AnyOrderStage pretraining,
            Optional<ExtractionStage> extraction) {
        super(
                context,
                StageName.FINETUNING,
                Stream.concat(Stream.of(tokens, pretraining), extraction.stream())
                        .toList(),
                pretraining);
        this.arm = arm;
        this.tokens = tokens;
        this.extraction = extraction;
    }

    @Override
    String settings() {
        return settings(section());
    }

    @Override
    String settingsButSteps() {
        return settings(section().with(section().training().butSteps()));
    }

    private String settings(Recipe.FinetuningSection section) {
        return "an arm of a study on " + RecipeWriter.write((Record) arm.orders()) + " " + section.randomShare() + " "
                + section.classDropout() + " " + RecipeWriter.write(section.training()) + recipe().seed()
                + " context noise " + section.contextNoise();
    }

    @Override
    Recipe.FinetuningSection section() {
        Recipe.FinetuningSection usual = recipe().finetuning();
        TrainingConfig training = usual.training();
        if (arm.steps().isPresent()) {
            training = training.withSteps(arm.steps().get());
        }
        if (arm.learningRate().isPresent()) {
            training = training.withLearningRate(arm.learningRate().get());
        }
        return new Recipe.FinetuningSection(
                arm.randomShare().orElse(usual.randomShare()),
                usual.classDropout(),
                usual.heldOutEvery(),
                training,
                arm.contextNoise().orElse(usual.contextNoise()),
                Optional.empty());
    }

    @Override
    OrderSource orders(int cells, TrainingConfig training) throws IOException {
        return new MixedOrder(
                section().randomShare(),
                new UniformRandomOrder(cells, training.seed()),
                arm.orders().source(material(training.seed())),
                training.seed());
    }

    private ArmMaterial material(long seed) throws IOException {
        Optional<OrderShards> recorded =
                extraction.isPresent() ? Optional.of(extraction.get().orders(Split.TRAIN)) : Optional.empty();
        return new ArmMaterial(tokens(Split.TRAIN), recorded, context().drawsFromCaptions(), seed);
    }

    /** The mean ranks of the recorded orders, if there are some. */
    Optional<MeanRanks> meanRanks() throws IOException {
        return extraction.isPresent() ? Optional.of(material(0).meanRanks()) : Optional.empty();
    }

    @Override
    TokenShards tokens(Split split) throws IOException {
        return extraction.isPresent() ? extraction.get().tokens(split) : tokens.tokens(split);
    }

    @Override
    String fileName() {
        return WEIGHTS;
    }

    @Override
    Map<String, Path> weights() throws IOException {
        return Map.of(arm.name(), weightsFile());
    }

    /** Fingerprint of the trained weights. */
    String weightsFingerprint() throws IOException {
        return Fingerprint.ofFile(weightsFile());
    }
}
