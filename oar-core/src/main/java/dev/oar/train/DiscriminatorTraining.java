package dev.oar.train;

import dev.oar.tensor.Device;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.tokenizer.AdversarialLoss;
import dev.oar.tokenizer.AdversarialLossConfig;
import dev.oar.tokenizer.PatchDiscriminator;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The discriminator beside a tokenizer's training: its weights, an optimizer of its own and the number of steps that this has done, all of
 * which are part of checkpoints. Gradients come from the same backward pass as the tokenizer's; where either's are not finite, neither
 * is changed.
 */
final class DiscriminatorTraining implements AutoCloseable {
    private static final String STEPS = "steps";

    private final AdversarialLossConfig config;
    private final TrainingConfig training;
    private final PatchDiscriminator discriminator;
    private final AdamW optimizer;
    private final Weights count;

    private DiscriminatorTraining(
            AdversarialLossConfig config,
            TrainingConfig training,
            PatchDiscriminator discriminator,
            AdamW optimizer,
            Weights count) {
        this.config = config;
        this.training = training;
        this.discriminator = discriminator;
        this.optimizer = optimizer;
        this.count = count;
    }

    /**
     * A discriminator that has not been trained.
     *
     * @param imageSize side of the images in pixels
     * @throws IllegalArgumentException if it has too many layers for the images
     */
    static DiscriminatorTraining start(
            AdversarialLossConfig config, TrainingConfig training, int imageSize, Device device) {
        PatchDiscriminator.requireSide(config.layers(), imageSize);
        AdamW.Settings settings = new AdamW.Settings(config.beta1(), config.beta2(), training.epsilon(), 0);
        return device.compute(() -> TensorScope.handedOver(
                PatchDiscriminator.initialise(config.layers(), config.baseChannels(), training.seed()),
                discriminator -> TensorScope.handedOver(
                        new AdamW(discriminator.weights().requireGradient(true), settings, AdamW.matrices()),
                        optimizer ->
                                new DiscriminatorTraining(config, training, discriminator, optimizer, zeroSteps()))));
    }

    private static Weights zeroSteps() {
        try (TensorScope ignored = TensorScope.open()) {
            return Weights.owning(Map.of(STEPS, Tensors.zeros(torch.ScalarType.Long, 1)));
        }
    }

    /** The loss that it gives the tokenizer. */
    AdversarialLoss loss() {
        return new AdversarialLoss(config, discriminator);
    }

    /** Scales its gradients down to a common norm and returns what that was; 0 before it has started. */
    double clip(double maximum) {
        return Gradients.clip(discriminator.weights(), maximum);
    }

    /** Changes the weights by their gradients, and drops these; called in a scope of its own, on the device of the weights. */
    void step(long stepsDone) {
        if (!loss().hasStarted(stepsDone)) {
            return;
        }
        Tensor steps = count.get(STEPS);
        Tensors.runWithoutGradient(() -> {
            var unused = steps.add_(new Scalar(1));
        });
        double peak = config.learningRate().orElse(training.learningRate());
        optimizer.step(steps.item_long(), training.schedule().rate(peak, stepsDone, training.steps()));
        drop();
    }

    /** Drops its gradients. */
    void drop() {
        Gradients.drop(discriminator.weights());
    }

    /** All that must outlive an interruption, by the names that it has in checkpoints. */
    Map<String, Weights> state() {
        return Map.of(
                "discriminator", discriminator.weights(),
                "discriminator-optimizer", optimizer.moments(),
                "discriminator-steps", count);
    }

    /** Frees everything. */
    @Override
    public void close() {
        drop();
        discriminator.close();
        optimizer.close();
        count.close();
    }
}
