package dev.oar.model;

import dev.oar.config.Default;
import dev.oar.config.Kind;
import dev.oar.tensor.Weights;
import java.util.Map;
import java.util.Optional;

/**
 * The sizes of a {@link LlamaGenGpt}.
 *
 * @param width width of the hidden states
 * @param layers number of blocks
 * @param heads number of attention heads
 * @param keyValueHeads number of key and value heads, a divisor of {@code heads}; absent: as many as query heads
 * @param feedForwardFactor factor on the feed-forward width of {@code 8/3 * width}; absent: 1
 * @param feedForwardMultipleOf the feed-forward width is rounded up to a multiple of this
 * @param normEpsilon epsilon of the RMS normalisation
 * @param ropeBase base of the rotary frequencies
 */
@Kind("llamagen-gpt")
public record LlamaGenGptConfig(
        int width,
        int layers,
        int heads,
        Optional<Integer> keyValueHeads,
        Optional<Double> feedForwardFactor,
        @Default("256") int feedForwardMultipleOf,
        @Default("1.0e-5") double normEpsilon,
        @Default("10000") double ropeBase)
        implements ModelConfig {
    /** Checks that the sizes fit. */
    public LlamaGenGptConfig {
        var unused = blocks(
                width, layers, heads, keyValueHeads, feedForwardFactor, feedForwardMultipleOf, normEpsilon, ropeBase);
    }

    /** LlamaGen's defaults for a size. */
    public static LlamaGenGptConfig of(int width, int layers, int heads) {
        return new LlamaGenGptConfig(width, layers, heads, Optional.empty(), Optional.empty(), 256, 1e-5, 10000);
    }

    /** The blocks, which are RandAR's. */
    TransformerConfig blocks() {
        return blocks(
                width, layers, heads, keyValueHeads, feedForwardFactor, feedForwardMultipleOf, normEpsilon, ropeBase);
    }

    private static TransformerConfig blocks(
            int width,
            int layers,
            int heads,
            Optional<Integer> keyValueHeads,
            Optional<Double> feedForwardFactor,
            int feedForwardMultipleOf,
            double normEpsilon,
            double ropeBase) {
        return new TransformerConfig(
                TransformerConfig.Formulation.POSITION_INSTRUCTION,
                width,
                layers,
                heads,
                keyValueHeads,
                feedForwardFactor,
                feedForwardMultipleOf,
                normEpsilon,
                ropeBase,
                0,
                0,
                0);
    }

    @Override
    public TrainedOrders trainedOrders() {
        return TrainedOrders.RASTER;
    }

    @Override
    public Map<String, long[]> shapes(TokenSpace space) {
        return LlamaGenGpt.shapes(this, space);
    }

    @Override
    public AutoregressiveModel create(TokenSpace space, Weights weights) {
        return new LlamaGenGpt(this, space, weights);
    }
}
