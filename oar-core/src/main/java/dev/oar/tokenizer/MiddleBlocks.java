package dev.oar.tokenizer;

import dev.oar.tensor.Weights;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Residual block, attention, residual block at the lowest resolution; without attention its number 1 stays free. */
final class MiddleBlocks {
    private MiddleBlocks() {}

    /** {@code [batch, channels, gridHeight, gridWidth]} to the same shape. */
    static Tensor forward(VqTokenizerConfig config, Weights weights, String name, Tensor input) {
        Tensor hidden = ResidualBlock.forward(weights, name + ".0", input, config.normGroups());
        if (config.attendsInTheMiddle()) {
            hidden = AttentionBlock.forward(weights, name + ".1", hidden, config.normGroups());
        }
        return ResidualBlock.forward(weights, name + ".2", hidden, config.normGroups());
    }

    /** Adds the shapes of all weights. */
    static void shapes(Map<String, long[]> shapes, VqTokenizerConfig config, String name) {
        int channels = config.lowestChannels();
        ResidualBlock.shapes(shapes, name + ".0", channels, channels);
        if (config.attendsInTheMiddle()) {
            AttentionBlock.shapes(shapes, name + ".1", channels);
        }
        ResidualBlock.shapes(shapes, name + ".2", channels, channels);
    }
}
