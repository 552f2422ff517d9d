package dev.oar.tokenizer;

import dev.oar.tensor.Operations;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The adversarial part of a tokenizer's training (Esser et al., "Taming transformers for high-resolution image synthesis", 2021,
 * equations 6 and 7): the tokenizer learns to have its reconstructions taken for images, the discriminator to tell them apart, both on one
 * batch in one step.
 *
 * @param config its settings
 * @param discriminator stays the caller's
 */
public record AdversarialLoss(AdversarialLossConfig config, PatchDiscriminator discriminator) {
    /** VQGAN's, which keep the adaptive weight finite. */
    private static final double DELTA = 1e-4;

    private static final double LARGEST = 1e4;

    /** Whether the discriminator is trained and heard at a step, counted from 0. */
    public boolean hasStarted(long step) {
        return step >= config.start();
    }

    /**
     * The terms of a batch.
     *
     * @param reconstruction {@code [batch, 3, side, side]}, float32, with gradients
     * @param images of the same shape, in [-1, 1]
     * @param reconstructionLoss the scalar that the tokenizer would be trained for without a discriminator, codebook terms aside
     * @param lastLayer the weight of the decoder's last convolution, which both losses pass through
     */
    AdversarialTerms terms(Tensor reconstruction, Tensor images, Tensor reconstructionLoss, Tensor lastLayer) {
        Tensor generator = config.objective().generator(discriminator.logitsByFixedWeights(reconstruction));
        Tensor real = discriminator.logits(images);
        Tensor fake = discriminator.logits(reconstruction.detach());
        return new AdversarialTerms(
                generator,
                adaptiveWeight(reconstructionLoss, generator, lastLayer),
                config.objective().discriminator(real, fake),
                real.detach().mean(),
                fake.detach().mean());
    }

    /**
     * {@code |d reconstruction / d lastLayer| / (|d generator / d lastLayer| + 1e-4)}, at most 1e4: the weight by which the generator's
     * gradients have the size of the reconstruction's where both enter the decoder.
     *
     * @param lastLayer a weight that both scalars depend on
     * @return a scalar without gradients
     */
    public static Tensor adaptiveWeight(Tensor reconstructionLoss, Tensor generatorLoss, Tensor lastLayer) {
        Tensor ofReconstruction =
                Operations.gradient(reconstructionLoss, lastLayer).norm();
        Tensor ofGenerator = Operations.gradient(generatorLoss, lastLayer).norm();
        return ofReconstruction
                .div(ofGenerator.add(new Scalar(DELTA)))
                .clamp_max(new Scalar(LARGEST))
                .detach();
    }
}
