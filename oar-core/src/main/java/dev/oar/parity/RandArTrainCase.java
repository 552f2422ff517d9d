package dev.oar.parity;

import dev.oar.model.AnyOrderTransformer;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.train.AdamW;
import dev.oar.train.Gradients;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A few optimiser steps of RandAR: losses, gradient norms, learning rates, final weights. */
final class RandArTrainCase implements GoldenCase {
    private static final String STEPS = "steps";
    private static final String AFTER = "weights_after";
    /** Norms are sums over all gradients and carry more rounding than the loss. */
    private static final double NORMS = 10;

    private final List<Double> losses = new ArrayList<>();
    private final List<Double> norms = new ArrayList<>();
    private final List<Double> clippedNorms = new ArrayList<>();
    private final List<Double> rates = new ArrayList<>();

    @Override
    public void compare(GoldenRun run) throws IOException {
        RandArTrainCase fresh = new RandArTrainCase();
        fresh.train(run);
    }

    private void train(GoldenRun run) throws IOException {
        GoldenFolder folder = run.folder();
        folder.settings().fixed("batch", run.input(STEPS, "idx").size(1));
        Settings named = folder.settings().part("optimizer");
        named.remarks("lr", "max_grad_norm");
        if (!named.text("kind").startsWith("AdamW")) {
            throw named.refused("kind", "AdamW");
        }
        AdamW.Settings settings = new AdamW.Settings(
                named.number("beta1"), named.number("beta2"), named.number("eps"), named.number("weight_decay"));
        try (AnyOrderTransformer model = RandArModels.open(folder)) {
            try (AdamW optimizer = new AdamW(model.weights(), settings, AdamW.matrices())) {
                model.weights().requireGradient(true);
                int steps = folder.settings().integer("steps");
                for (int step = 0; step < steps; step++) {
                    try (TensorScope ignored = TensorScope.open()) {
                        step(run, model, optimizer, step);
                    }
                }
                model.weights().requireGradient(false);
            }
            double tolerance = folder.tolerance("loss_relative");
            run.close(STEPS, "loss", tensor(losses), tolerance);
            run.close(STEPS, "grad_norm", tensor(norms), NORMS * tolerance);
            run.close(STEPS, "sum_of_norms_after_clip", tensor(clippedNorms), NORMS * tolerance);
            run.close(STEPS, "lr", tensor(rates), tolerance);
            weights(run, model.weights());
        }
    }

    private void step(GoldenRun run, AnyOrderTransformer model, AdamW optimizer, int step) throws IOException {
        Settings named = run.folder().settings().part("optimizer");
        Tensor tokens = run.input(STEPS, "idx").select(0, step);
        Tensor orders = run.input(STEPS, "token_order").select(0, step);
        Tensor conditions = run.input(STEPS, "cond").select(0, step);
        Tensor loss = RandArCase.loss(model.logits(tokens, conditions, orders, true), tokens, orders);
        losses.add(loss.item_double());
        loss.backward();
        norms.add(Gradients.clip(model.weights(), named.number("max_grad_norm")));
        double sum = 0;
        for (Tensor weight : model.weights().asMap().values()) {
            sum += weight.grad().norm().item_double();
        }
        clippedNorms.add(sum);
        double rate = Rates.of(run.folder().settings().part("lr_scheduler")).rate(named.number("lr"), step);
        rates.add(rate);
        optimizer.step(step + 1L, rate);
        Gradients.drop(model.weights());
    }

    private static void weights(GoldenRun run, Weights weights) throws IOException {
        GoldenFolder folder = run.folder();
        double near = folder.tolerance("weights_absolute");
        long numbers = 0;
        long far = 0;
        double sum = 0;
        for (String name : run.names(AFTER)) {
            double[] expected = Tensors.doubles(run.input(AFTER, name));
            double[] values = Tensors.doubles(weights.get(name));
            for (int i = 0; i < expected.length; i++) {
                double difference = Math.abs(values[i] - expected[i]);
                far += difference <= near ? 0 : 1;
                sum += difference;
            }
            numbers += expected.length;
        }
        run.absolute(
                "weights without a reference",
                weights.names().size(),
                run.names(AFTER).size(),
                0);
        run.add(AFTER, (double) far / numbers, 1 - folder.tolerance("weights_fraction"), "share beyond " + near);
        run.add(AFTER, sum / numbers, folder.tolerance("weights_mean_absolute"), "mean difference");
    }

    private static Tensor tensor(List<Double> values) {
        return Tensors.of(values.stream().mapToDouble(Double::doubleValue).toArray(), values.size());
    }
}
