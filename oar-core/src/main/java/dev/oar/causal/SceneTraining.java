package dev.oar.causal;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeWriter;
import dev.oar.data.TokenShards;
import dev.oar.measure.MeasurementListener;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.OrderSource;
import dev.oar.tensor.Weights;
import dev.oar.train.AnyOrderTraining;
import dev.oar.train.StepReport;
import dev.oar.train.TrainingConfig;
import dev.oar.train.TrainingListener;
import dev.oar.train.TrainingLogs;
import dev.oar.train.TrainingLoop;
import dev.oar.train.TrainingResult;
import dev.oar.train.TrainingView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The trainings under one seed. Each keeps checkpoints in a folder of its own, so that a study that was broken off goes on there.
 *
 * @param config sizes
 * @param seed of initial weights, batches and orders
 * @param directory where the folders of trainings are
 * @param listener is told after every step
 * @param logs what is written of trainings besides their metrics
 */
record SceneTraining(
        SceneStudyConfig config, long seed, Path directory, MeasurementListener listener, TrainingLogs logs) {
    /** Orders of pictures, by their place in the shards. */
    record OrdersOfPictures(List<GenerationOrder> orders) implements OrderSource {
        @Override
        public GenerationOrder order(long draw, int image, int view) {
            return orders.get(image);
        }

        @Override
        public String description() {
            return "orders of pictures " + Fingerprint.of(orders.toString());
        }
    }

    /** Trains from the beginning; the weights are the caller's. */
    Weights pretrain(TokenShards tokens, OrderSource orders) throws IOException {
        try (AnyOrderTransformer model = AnyOrderTransformer.initialise(
                config.transformer(),
                space(tokens),
                CounterRandom.of(seed, "weights").bits(0))) {
            return train("any-order", model, tokens, orders, config.pretraining(seed));
        }
    }

    /** Trains weights further, which stay as they are; the new ones are the caller's. */
    Weights further(String name, Weights start, TokenShards tokens, OrderSource orders) throws IOException {
        try (AnyOrderTransformer model = model(start, tokens)) {
            return train(name, model, tokens, orders, config.further(seed));
        }
    }

    /** A model of a copy of these weights. */
    AnyOrderTransformer model(Weights weights, TokenShards tokens) {
        return new AnyOrderTransformer(config.transformer(), space(tokens), weights.copy());
    }

    private static TokenSpace space(TokenShards tokens) {
        return new TokenSpace(tokens.grid(), tokens.vocabularySize(), tokens.conditionCount());
    }

    private Weights train(
            String name, AnyOrderTransformer model, TokenShards tokens, OrderSource orders, TrainingConfig training)
            throws IOException {
        TrainingListener progress = new TrainingListener() {
            @Override
            public void onStep(StepReport report, TrainingView view) {
                listener.progress("seed " + seed + ": training " + name, report.step(), report.steps());
            }
        };
        AnyOrderTraining task = new AnyOrderTraining(model, tokens, orders, 0, training);
        Path folder = directory.resolve(name);
        List<TrainingListener> listeners = new ArrayList<>();
        listeners.add(progress);
        listeners.addAll(logs.of(folder, training, task, RecipeWriter.write(training)));
        TrainingResult result = TrainingLoop.run(training, task, folder, listeners);
        return result.weights();
    }
}
