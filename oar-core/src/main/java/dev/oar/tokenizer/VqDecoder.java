package dev.oar.tokenizer;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Weights;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The convolutional network from latents to pixels; weight names begin with {@code decoder.}. Its {@code conv_blocks.0} is the
 * lowest resolution: the names follow the order of execution.
 */
final class VqDecoder {
    /** The name of the last convolution. */
    static final String LAST_LAYER = "decoder.conv_out";

    private VqDecoder() {}

    /**
     * @param latents {@code [batch, zChannels, gridHeight, gridWidth]}
     * @return {@code [batch, 3, imageSize, imageSize]}
     */
    static Tensor forward(VqTokenizerConfig config, Weights weights, Tensor latents) {
        Tensor hidden = Layers.convolution3(weights, "decoder.conv_in", latents);
        hidden = MiddleBlocks.forward(config, weights, "decoder.mid", hidden);
        for (int level = config.levels() - 1; level >= 0; level--) {
            hidden = level(config, weights, level, hidden);
        }
        hidden = Layers.activatedNorm(weights, "decoder.norm_out", hidden, config.normGroups());
        return Layers.convolution3(weights, LAST_LAYER, hidden);
    }

    private static Tensor level(VqTokenizerConfig config, Weights weights, int level, Tensor input) {
        String name = name(config, level);
        return TensorScope.tensor(() -> {
            Tensor hidden = input;
            for (int block = 0; block <= config.residualBlocks(); block++) {
                hidden = ResidualBlock.forward(weights, name + ".res." + block, hidden, config.normGroups());
                if (config.attends(level)) {
                    hidden = AttentionBlock.forward(weights, name + ".attn." + block, hidden, config.normGroups());
                }
            }
            return level == 0 ? hidden : Layers.upsample(weights, name + ".upsample", hidden);
        });
    }

    /** Adds the shapes of all weights. */
    static void shapes(Map<String, long[]> shapes, VqTokenizerConfig config) {
        int inputs = config.lowestChannels();
        Layers.convolutionShapes(shapes, "decoder.conv_in", config.zChannels(), inputs, 3);
        MiddleBlocks.shapes(shapes, config, "decoder.mid");
        for (int level = config.levels() - 1; level >= 0; level--) {
            String name = name(config, level);
            int outputs = config.channels(level);
            for (int block = 0; block <= config.residualBlocks(); block++) {
                ResidualBlock.shapes(shapes, name + ".res." + block, inputs, outputs);
                inputs = outputs;
                if (config.attends(level)) {
                    AttentionBlock.shapes(shapes, name + ".attn." + block, outputs);
                }
            }
            if (level > 0) {
                Layers.convolutionShapes(shapes, name + ".upsample.conv", outputs, outputs, 3);
            }
        }
        Layers.normShapes(shapes, "decoder.norm_out", inputs);
        Layers.convolutionShapes(shapes, LAST_LAYER, inputs, 3, 3);
    }

    private static String name(VqTokenizerConfig config, int level) {
        return "decoder.conv_blocks." + (config.levels() - 1 - level);
    }
}
