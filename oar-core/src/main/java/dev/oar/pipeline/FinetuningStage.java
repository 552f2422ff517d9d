package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.config.RecipeWriter;
import dev.oar.data.DistilledOrder;
import dev.oar.data.OrderShards;
import dev.oar.data.RecordedOrder;
import dev.oar.data.Split;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.MixedOrder;
import dev.oar.order.OrderSource;
import dev.oar.order.UniformRandomOrder;
import dev.oar.tensor.Weights;
import dev.oar.train.AnyOrderTraining;
import dev.oar.train.HeldOut;
import dev.oar.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trains the any-order model further: on recorded orders (the specialised arm) or on random ones (the control). The arms differ in
 * their orders alone: tokens, steps, learning rate, data order, dropout and seeds are the same. Where extraction ran free, both learn
 * the tokens that the model drew.
 */
final class FinetuningStage extends Stage implements ArmStage {
    private final Arm arm;
    private final AnyOrderStage pretraining;
    private final ExtractionStage extraction;

    FinetuningStage(
            RunContext context, Arm arm, TokensStage tokens, AnyOrderStage pretraining, ExtractionStage extraction) {
        super(
                context,
                arm == Arm.CONTROL ? StageName.CONTROL : StageName.FINETUNING,
                arm == Arm.CONTROL && !extraction.isFreeRunning()
                        ? List.of(tokens, pretraining)
                        : List.of(tokens, pretraining, extraction));
        this.arm = arm;
        this.pretraining = pretraining;
        this.extraction = extraction;
    }

    @Override
    String settings() {
        return settings(recipe().finetuning());
    }

    @Override
    String settingsButSteps() {
        Recipe.FinetuningSection section = recipe().finetuning();
        return settings(section.with(section.training().butSteps()));
    }

    private String settings(Recipe.FinetuningSection section) {
        return arm.label() + recipe().randomShare(arm) + " " + section.classDropout() + " "
                + RecipeWriter.write(section.training()) + recipe().seed()
                + (section.contextNoise() == 0 ? "" : " context noise " + section.contextNoise())
                + (arm == Arm.CONTROL
                        ? ""
                        : section.distilledOrders()
                                .map(count -> " distilled orders " + count)
                                .orElse(""));
    }

    private OrderSource recorded(long seed) throws IOException {
        OrderShards orders = extraction.orders(Split.TRAIN);
        Optional<Integer> distilled = recipe().finetuning().distilledOrders();
        return distilled.isPresent() ? DistilledOrder.of(orders, distilled.get(), seed) : new RecordedOrder(orders);
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        TrainingConfig training =
                StageTraining.seeded(recipe().finetuning().training(), recipe().seed(), "fine-tuning");
        Weights own;
        try (Weights base = pretraining.readWeights()) {
            // A copy: weights of a base may be mapped from their file.
            own = base.copy();
        }
        try (AnyOrderModel model = pretraining.create(own, Split.TRAIN)) {
            OrderSource random = new UniformRandomOrder(model.space().cells(), training.seed());
            OrderSource orders = arm == Arm.CONTROL
                    ? random
                    : new MixedOrder(recipe().randomShare(arm), random, recorded(training.seed()), training.seed());
            AnyOrderTraining task = new AnyOrderTraining(
                    model,
                    extraction.tokens(Split.TRAIN),
                    orders,
                    recipe().finetuning().classDropout(),
                    recipe().finetuning().contextNoise(),
                    training);
            Optional<HeldOut> heldOut = HeldOutBits.of(
                    recipe().finetuning().heldOutEvery(),
                    () -> extraction.tokens(Split.TEST),
                    training,
                    weights -> pretraining.create(weights, Split.TEST));
            StageTraining.train(this, training, task, heldOut, directory, ModelFolder.fileName(arm));
        }
        return Map.of("fingerprint", Fingerprint.ofFile(directory.resolve(ModelFolder.fileName(arm))));
    }

    @Override
    Map<String, Path> weights() throws IOException {
        return Map.of(arm().label(), weightsFile());
    }

    @Override
    public Arm arm() {
        return arm;
    }

    @Override
    public Path weightsFile() throws IOException {
        return file(ModelFolder.fileName(arm));
    }

    @Override
    public AnyOrderModel model(Split split) throws IOException {
        return pretraining.create(
                Safetensors.weights(weightsFile()).movedTo(context().device()), split);
    }
}
