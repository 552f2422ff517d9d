package dev.oar.model;

import dev.oar.config.Default;
import dev.oar.config.Kind;
import dev.oar.config.Require;
import dev.oar.tensor.Weights;
import java.util.Map;
import java.util.Optional;

/**
 * The sizes of an {@link ArpgTransformer}. Published are ARPG-L (width 1024, 24 layers, 16 heads, 320 million parameters), ARPG-XL
 * (1280, 36, 20, 719 million) and ARPG-XXL (1536, 48, 24, 1.3 billion).
 *
 * @param width width of the hidden states, divisible by the heads
 * @param layers number of blocks of both halves together, even
 * @param heads number of attention heads; the width of a head must be divisible by 4 (two axes of rotated pairs)
 * @param feedForwardFactor factor on the feed-forward width of {@code 8/3 * width}; absent: 1
 * @param feedForwardMultipleOf the feed-forward width is rounded up to a multiple of this
 * @param normEpsilon epsilon of the RMS normalisation
 * @param ropeBase base of the rotary frequencies
 * @param tokenDropout dropout on the embedded class and image tokens, not on the queries
 * @param residualDropout dropout on the output of each attention
 * @param feedForwardDropout dropout on the output of each feed-forward network
 */
@Kind("arpg")
public record ArpgConfig(
        int width,
        int layers,
        int heads,
        Optional<Double> feedForwardFactor,
        @Default("256") int feedForwardMultipleOf,
        @Default("1.0e-5") double normEpsilon,
        @Default("10000") double ropeBase,
        @Default("0.1") double tokenDropout,
        @Default("0.1") double residualDropout,
        @Default("0.1") double feedForwardDropout)
        implements ModelConfig {
    /** Checks that the sizes fit. */
    public ArpgConfig {
        Require.that(
                layers >= 2 && layers % 2 == 0,
                "layers must be even, one half attending to the image and the other answering, but is %s; choose for"
                        + " example 24",
                layers);
        var unused = sizes(
                width,
                layers,
                heads,
                feedForwardFactor,
                feedForwardMultipleOf,
                normEpsilon,
                ropeBase,
                tokenDropout,
                residualDropout,
                feedForwardDropout);
    }

    /** ARPG's defaults for a size. */
    public static ArpgConfig of(int width, int layers, int heads) {
        return new ArpgConfig(width, layers, heads, Optional.empty(), 256, 1e-5, 10000, 0.1, 0.1, 0.1);
    }

    /** The same architecture without dropout. */
    public ArpgConfig withoutDropout() {
        return new ArpgConfig(
                width, layers, heads, feedForwardFactor, feedForwardMultipleOf, normEpsilon, ropeBase, 0, 0, 0);
    }

    /** The number of blocks of either half. */
    public int layersPerHalf() {
        return layers / 2;
    }

    /** The width of one head. */
    public int headWidth() {
        return width / heads;
    }

    /** The hidden width of the SwiGLU network. */
    public int feedForwardWidth() {
        return sizes(
                        width,
                        layers,
                        heads,
                        feedForwardFactor,
                        feedForwardMultipleOf,
                        normEpsilon,
                        ropeBase,
                        tokenDropout,
                        residualDropout,
                        feedForwardDropout)
                .feedForwardWidth();
    }

    /** Blocks of the same sizes in RandAR's transformer, whose rules and rounding hold here, too. */
    private static TransformerConfig sizes(
            int width,
            int layers,
            int heads,
            Optional<Double> feedForwardFactor,
            int feedForwardMultipleOf,
            double normEpsilon,
            double ropeBase,
            double tokenDropout,
            double residualDropout,
            double feedForwardDropout) {
        return new TransformerConfig(
                TransformerConfig.Formulation.POSITION_INSTRUCTION,
                width,
                layers,
                heads,
                Optional.empty(),
                feedForwardFactor,
                feedForwardMultipleOf,
                normEpsilon,
                ropeBase,
                tokenDropout,
                residualDropout,
                feedForwardDropout);
    }

    @Override
    public TrainedOrders trainedOrders() {
        return TrainedOrders.ANY;
    }

    @Override
    public Map<String, long[]> shapes(TokenSpace space) {
        return ArpgTransformer.shapes(this, space);
    }

    @Override
    public ArpgTransformer create(TokenSpace space, Weights weights) {
        return new ArpgTransformer(this, space, weights);
    }
}
