package dev.oar.tokenizer;

import dev.oar.config.Default;
import dev.oar.config.Require;

/**
 * What a {@link VqTokenizer} is trained to make small: a weighted sum of these parts, each a mean over its numbers.
 *
 * @param absoluteWeight weight of the mean absolute difference between image and reconstruction, pixels in [-1, 1]
 * @param squaredWeight weight of the mean squared difference
 * @param codebookWeight weight of the mean squared distance that moves codes to latents
 * @param commitmentWeight weight of the mean squared distance that moves latents to codes
 * @param entropyWeight weight of the entropy term, which favours decided single latents and an evenly used codebook; 0 leaves
 *     it out
 */
public record VqLossConfig(
        @Default("1") double absoluteWeight,
        @Default("1") double squaredWeight,
        @Default("1") double codebookWeight,
        @Default("0.25") double commitmentWeight,
        @Default("0") double entropyWeight) {
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

    /** The defaults: absolute and squared difference, and LlamaGen's codebook terms. */
    public static VqLossConfig defaults() {
        return new VqLossConfig(1, 1, 1, 0.25, 0);
    }

    private static void requireWeight(String name, double weight) {
        Require.that(
                weight >= 0 && weight < Double.POSITIVE_INFINITY,
                "%s must be a finite number of at least 0, but is %s; 0 switches the part off",
                name,
                weight);
    }
}
