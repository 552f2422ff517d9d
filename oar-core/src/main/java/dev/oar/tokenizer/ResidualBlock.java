package dev.oar.tokenizer;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Weights;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Two normalised, activated 3 x 3 convolutions beside a shortcut. */
final class ResidualBlock {
    private ResidualBlock() {}

    /** {@code [batch, inputs, height, width]} to {@code [batch, outputs, height, width]}. */
    static Tensor forward(Weights weights, String name, Tensor input, int groups) {
        return TensorScope.tensor(() -> {
            Tensor hidden = Layers.activatedNorm(weights, name + ".norm1", input, groups);
            hidden = Layers.convolution3(weights, name + ".conv1", hidden);
            hidden = Layers.activatedNorm(weights, name + ".norm2", hidden, groups);
            hidden = Layers.convolution3(weights, name + ".conv2", hidden);
            boolean projected = weights.has(name + ".nin_shortcut.weight");
            return (projected ? Layers.convolution1(weights, name + ".nin_shortcut", input) : input).add(hidden);
        });
    }

    /** Adds the shapes of the block's weights. */
    static void shapes(Map<String, long[]> shapes, String name, int inputs, int outputs) {
        Layers.normShapes(shapes, name + ".norm1", inputs);
        Layers.convolutionShapes(shapes, name + ".conv1", inputs, outputs, 3);
        Layers.normShapes(shapes, name + ".norm2", outputs);
        Layers.convolutionShapes(shapes, name + ".conv2", outputs, outputs, 3);
        if (inputs != outputs) {
            Layers.convolutionShapes(shapes, name + ".nin_shortcut", inputs, outputs, 1);
        }
    }
}
