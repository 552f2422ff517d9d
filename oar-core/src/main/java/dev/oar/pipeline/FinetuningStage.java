package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.config.RecipeWriter;
import dev.oar.data.DistilledOrder;
import dev.oar.data.OrderShards;
import dev.oar.data.RecordedOrder;
import dev.oar.data.Split;
import dev.oar.data.TokenShards;
import dev.oar.order.MixedOrder;
import dev.oar.order.OrderSource;
import dev.oar.order.UniformRandomOrder;
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
final class FinetuningStage extends FurtherTrainingStage implements ArmStage {
    private final Arm arm;
    private final ExtractionStage extraction;

    FinetuningStage(
            RunContext context, Arm arm, TokensStage tokens, AnyOrderStage pretraining, ExtractionStage extraction) {
        super(
                context,
                arm == Arm.CONTROL ? StageName.CONTROL : StageName.FINETUNING,
                arm == Arm.CONTROL && !extraction.isFreeRunning()
                        ? List.of(tokens, pretraining)
                        : List.of(tokens, pretraining, extraction),
                pretraining);
        this.arm = arm;
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
    Recipe.FinetuningSection section() {
        return recipe().finetuning();
    }

    @Override
    OrderSource orders(int cells, TrainingConfig training) throws IOException {
        OrderSource random = new UniformRandomOrder(cells, training.seed());
        return arm == Arm.CONTROL
                ? random
                : new MixedOrder(recipe().randomShare(arm), random, recorded(training.seed()), training.seed());
    }

    @Override
    TokenShards tokens(Split split) throws IOException {
        return extraction.tokens(split);
    }

    @Override
    String fileName() {
        return ModelFolder.fileName(arm);
    }

    @Override
    Map<String, Path> weights() throws IOException {
        return Map.of(arm().label(), weightsFile());
    }

    @Override
    public Arm arm() {
        return arm;
    }
}
