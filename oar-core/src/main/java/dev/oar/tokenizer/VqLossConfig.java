package dev.oar.tokenizer;

import dev.oar.config.Default;
import dev.oar.config.Require;
import java.util.Optional;

/**
 * What a {@link VqTokenizer} is trained to make small: a weighted sum of these parts, each a mean over its numbers.
 *
 * @param absoluteWeight weight of the mean absolute difference between image and reconstruction, pixels in [-1, 1]
 * @param squaredWeight weight of the mean squared difference
 * @param codebookWeight weight of the mean squared distance that moves codes to latents
 * @param commitmentWeight weight of the mean squared distance that moves latents to codes
 * @param entropyWeight weight of the entropy term, which favours decided single latents and an evenly used codebook; 0 leaves
 *     it out
 * @param perceptual in whose features reconstruction and image are also compared; empty for pixels alone
 * @param adversarial the discriminator that is trained beside the tokenizer; empty for none
 */
public record VqLossConfig(
        @Default("1") double absoluteWeight,
        @Default("1") double squaredWeight,
        @Default("1") double codebookWeight,
        @Default("0.25") double commitmentWeight,
        @Default("0") double entropyWeight,
        Optional<PerceptualLossConfig> perceptual,
        Optional<AdversarialLossConfig> adversarial) {
    /** Checks the weights. */
    public VqLossConfig {
        requireWeight("absolute-weight", absoluteWeight);
        requireWeight("squared-weight", squaredWeight);
        requireWeight("codebook-weight", codebookWeight);
        requireWeight("commitment-weight", commitmentWeight);
        requireWeight("entropy-weight", entropyWeight);
        Require.that(
                absoluteWeight + squaredWeight > 0,
                "absolute-weight and squared-weight must not both be 0, because nothing would be reconstructed; set one of"
                        + " them to 1");
    }

    /** Differences of pixels and the codebook terms alone. */
    public VqLossConfig(
            double absoluteWeight,
            double squaredWeight,
            double codebookWeight,
            double commitmentWeight,
            double entropyWeight) {
        this(
                absoluteWeight,
                squaredWeight,
                codebookWeight,
                commitmentWeight,
                entropyWeight,
                Optional.empty(),
                Optional.empty());
    }

    /** The defaults: absolute and squared difference, and LlamaGen's codebook terms. */
    public static VqLossConfig defaults() {
        return new VqLossConfig(1, 1, 1, 0.25, 0);
    }

    /** The same loss with another perceptual part. */
    public VqLossConfig withPerceptual(PerceptualLossConfig other) {
        return new VqLossConfig(
                absoluteWeight,
                squaredWeight,
                codebookWeight,
                commitmentWeight,
                entropyWeight,
                Optional.of(other),
                adversarial);
    }

    /** The same loss with another adversarial part. */
    public VqLossConfig withAdversarial(AdversarialLossConfig other) {
        return new VqLossConfig(
                absoluteWeight,
                squaredWeight,
                codebookWeight,
                commitmentWeight,
                entropyWeight,
                perceptual,
                Optional.of(other));
    }

    /**
     * Checks that images are large enough for the networks of the loss.
     *
     * @param imageSize their side in pixels
     * @throws IllegalArgumentException if they are not
     */
    public void requireSide(int imageSize) {
        adversarial.ifPresent(part -> PatchDiscriminator.requireSide(part.layers(), imageSize));
        Require.that(
                !(perceptual.orElse(null) instanceof PerceptualLossConfig.Lpips)
                        || imageSize >= PerceptualLossConfig.Lpips.SMALLEST_SIDE,
                "perceptual of kind lpips needs images of at least %d x %d pixels, but they have %d x %d; use {kind:"
                        + " own-features}",
                PerceptualLossConfig.Lpips.SMALLEST_SIDE,
                PerceptualLossConfig.Lpips.SMALLEST_SIDE,
                imageSize,
                imageSize);
    }

    /** All parts but absent ones: checkpoints of trainings without those are known by this text. */
    @Override
    public String toString() {
        return "VqLossConfig[absoluteWeight=" + absoluteWeight + ", squaredWeight=" + squaredWeight
                + ", codebookWeight=" + codebookWeight + ", commitmentWeight=" + commitmentWeight + ", entropyWeight="
                + entropyWeight
                + perceptual.map(part -> ", perceptual=" + part).orElse("")
                + adversarial.map(part -> ", adversarial=" + part).orElse("") + "]";
    }

    private static void requireWeight(String name, double weight) {
        Require.that(
                weight >= 0 && weight < Double.POSITIVE_INFINITY,
                "%s must be a finite number of at least 0, but is %s; 0 switches the part off",
                name,
                weight);
    }
}
