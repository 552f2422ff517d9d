package dev.oar.tokenizer;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Weights;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** The convolutional network from pixels to latents, full resolution first; weight names begin with {@code encoder.}. */
final class VqEncoder {
    private VqEncoder() {}

    /**
     * @param images {@code [batch, 3, imageSize, imageSize]}
     * @return {@code [batch, zChannels, gridHeight, gridWidth]}
     */
    static Tensor forward(VqTokenizerConfig config, Weights weights, Tensor images) {
        Tensor hidden = Layers.convolution3(weights, "encoder.conv_in", images);
        for (int level = 0; level < config.levels(); level++) {
            hidden = level(config, weights, level, hidden);
        }
        hidden = MiddleBlocks.forward(config, weights, "encoder.mid", hidden);
        hidden = Layers.activatedNorm(weights, "encoder.norm_out", hidden, config.normGroups());
        return Layers.convolution3(weights, "encoder.conv_out", hidden);
    }

    private static Tensor level(VqTokenizerConfig config, Weights weights, int level, Tensor input) {
        String name = "encoder.conv_blocks." + level;
        return TensorScope.tensor(() -> {
            Tensor hidden = input;
            for (int block = 0; block < config.residualBlocks(); block++) {
                hidden = ResidualBlock.forward(weights, name + ".res." + block, hidden, config.normGroups());
                if (config.attends(level)) {
                    hidden = AttentionBlock.forward(weights, name + ".attn." + block, hidden, config.normGroups());
                }
            }
            boolean last = level == config.levels() - 1;
            return last ? hidden : Layers.downsample(weights, name + ".downsample", hidden);
        });
    }

    /** Adds the shapes of all weights. */
    static void shapes(Map<String, long[]> shapes, VqTokenizerConfig config) {
        Layers.convolutionShapes(shapes, "encoder.conv_in", 3, config.baseChannels(), 3);
        int inputs = config.baseChannels();
        for (int level = 0; level < config.levels(); level++) {
            String name = "encoder.conv_blocks." + level;
            int outputs = config.channels(level);
            for (int block = 0; block < config.residualBlocks(); block++) {
                ResidualBlock.shapes(shapes, name + ".res." + block, inputs, outputs);
                inputs = outputs;
                if (config.attends(level)) {
                    AttentionBlock.shapes(shapes, name + ".attn." + block, outputs);
                }
            }
            if (level < config.levels() - 1) {
                Layers.convolutionShapes(shapes, name + ".downsample.conv", outputs, outputs, 3);
            }
        }
        MiddleBlocks.shapes(shapes, config, "encoder.mid");
        Layers.normShapes(shapes, "encoder.norm_out", inputs);
        Layers.convolutionShapes(shapes, "encoder.conv_out", inputs, config.zChannels(), 3);
    }
}
