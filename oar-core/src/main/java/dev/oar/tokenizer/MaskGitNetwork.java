package dev.oar.tokenizer;

import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Weights;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The two convolutional networks of {@link MaskGitTokenizer}: pixels in [0, 1] to latents and back.
 *
 * <p>What differs from {@link VqEncoder} and {@link VqDecoder}: nothing attends; residual blocks and the first convolution have
 * no biases; the mean of 2 x 2 pixels halves the resolution; encoder and decoder have equally many blocks per level; the middle
 * is residual blocks alone; and {@code decoder.up.0} is full resolution, so that the decoder runs from the highest number to 0.
 */
final class MaskGitNetwork {
    private MaskGitNetwork() {}

    /**
     * @param images {@code [batch, 3, imageSize, imageSize]} in [0, 1]
     * @return {@code [batch, codebookWidth, gridHeight, gridWidth]}
     */
    static Tensor encode(MaskGitTokenizerConfig config, Weights weights, Tensor images) {
        Tensor hidden = Layers.plainConvolution(weights, "encoder.conv_in", images);
        for (int level = 0; level < config.levels(); level++) {
            Tensor blocks = blocks(config, weights, "encoder.down." + level + ".block", hidden);
            hidden = level == config.levels() - 1 ? blocks : Operations.averagePool(blocks, 2, 2, 0);
        }
        hidden = blocks(config, weights, "encoder.mid", hidden);
        hidden = Layers.activatedNorm(weights, "encoder.norm_out", hidden, config.normGroups());
        return Layers.convolution1(weights, "encoder.conv_out", hidden);
    }

    /**
     * @param latents {@code [batch, codebookWidth, gridHeight, gridWidth]}
     * @return {@code [batch, 3, imageSize, imageSize]}, about [0, 1]
     */
    static Tensor decode(MaskGitTokenizerConfig config, Weights weights, Tensor latents) {
        Tensor hidden = Layers.convolution3(weights, "decoder.conv_in", latents);
        hidden = blocks(config, weights, "decoder.mid", hidden);
        for (int level = config.levels() - 1; level >= 0; level--) {
            String name = "decoder.up." + level;
            Tensor blocks = blocks(config, weights, name + ".block", hidden);
            hidden =
                    level == 0 ? blocks : Layers.convolution3(weights, name + ".upsample_conv", Layers.doubled(blocks));
        }
        hidden = Layers.activatedNorm(weights, "decoder.norm_out", hidden, config.normGroups());
        return Layers.convolution3(weights, "decoder.conv_out", hidden);
    }

    /**
     * Two normalised, activated 3 x 3 convolutions beside a shortcut. Where they change the number of channels, the shortcut is
     * a linear map of <em>their result</em>, not of the block's input; the published weights were trained so.
     *
     * @param input {@code [batch, inputs, height, width]}
     * @return {@code [batch, outputs, height, width]}
     */
    static Tensor residualBlock(Weights weights, String name, Tensor input, int groups) {
        return TensorScope.tensor(() -> {
            Tensor hidden = Layers.activatedNorm(weights, name + ".norm1", input, groups);
            hidden = Layers.plainConvolution(weights, name + ".conv1", hidden);
            hidden = Layers.activatedNorm(weights, name + ".norm2", hidden, groups);
            hidden = Layers.plainConvolution(weights, name + ".conv2", hidden);
            boolean projected = weights.has(name + ".nin_shortcut.weight");
            return hidden.add(projected ? Layers.plainConvolution(weights, name + ".nin_shortcut", hidden) : input);
        });
    }

    /** Adds the shapes of all weights. */
    static void shapes(Map<String, long[]> shapes, MaskGitTokenizerConfig config) {
        int lowest = config.lowestChannels();
        Layers.plainConvolutionShape(shapes, "encoder.conv_in", 3, config.baseChannels(), 3);
        int inputs = config.baseChannels();
        for (int level = 0; level < config.levels(); level++) {
            inputs = blockShapes(shapes, config, "encoder.down." + level + ".block", inputs, config.channels(level));
        }
        blockShapes(shapes, config, "encoder.mid", lowest, lowest);
        Layers.normShapes(shapes, "encoder.norm_out", lowest);
        Layers.convolutionShapes(shapes, "encoder.conv_out", lowest, config.codebookWidth(), 1);

        Layers.convolutionShapes(shapes, "decoder.conv_in", config.codebookWidth(), lowest, 3);
        blockShapes(shapes, config, "decoder.mid", lowest, lowest);
        for (int level = config.levels() - 1; level >= 0; level--) {
            String name = "decoder.up." + level;
            inputs = blockShapes(shapes, config, name + ".block", inputs, config.channels(level));
            if (level > 0) {
                Layers.convolutionShapes(shapes, name + ".upsample_conv", inputs, inputs, 3);
            }
        }
        Layers.normShapes(shapes, "decoder.norm_out", inputs);
        Layers.convolutionShapes(shapes, "decoder.conv_out", inputs, 3, 3);
    }

    private static Tensor blocks(MaskGitTokenizerConfig config, Weights weights, String name, Tensor input) {
        return TensorScope.tensor(() -> {
            Tensor hidden = input;
            for (int block = 0; block < config.residualBlocks(); block++) {
                hidden = residualBlock(weights, name + "." + block, hidden, config.normGroups());
            }
            return hidden;
        });
    }

    /** Adds the shapes of a row of blocks of which the first may change the number of channels; that number after it. */
    private static int blockShapes(
            Map<String, long[]> shapes, MaskGitTokenizerConfig config, String name, int inputs, int outputs) {
        int channels = inputs;
        for (int number = 0; number < config.residualBlocks(); number++) {
            String block = name + "." + number;
            Layers.normShapes(shapes, block + ".norm1", channels);
            Layers.plainConvolutionShape(shapes, block + ".conv1", channels, outputs, 3);
            Layers.normShapes(shapes, block + ".norm2", outputs);
            Layers.plainConvolutionShape(shapes, block + ".conv2", outputs, outputs, 3);
            if (channels != outputs) {
                Layers.plainConvolutionShape(shapes, block + ".nin_shortcut", outputs, outputs, 1);
            }
            channels = outputs;
        }
        return channels;
    }
}
