package dev.oar.tokenizer;

import dev.oar.order.CounterRandom;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * PyTorch's default initialisation: convolution weights and biases uniform within one over the root of the number of inputs,
 * norms neutral; codes uniform within 1/K, then of length 1 if normalised. Every tensor is a function of seed and name.
 */
final class VqInitialisation {
    private VqInitialisation() {}

    static Weights weights(VqTokenizerConfig config, long seed) {
        Map<String, long[]> shapes = VqTokenizer.shapes(config);
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            shapes.forEach((name, shape) -> tensors.put(name, tensor(config, shapes, name, seed)));
            return Weights.owning(tensors);
        }
    }

    private static Tensor tensor(VqTokenizerConfig config, Map<String, long[]> shapes, String name, long seed) {
        long[] shape = shapes.getOrDefault(name, new long[0]);
        long key = CounterRandom.of(seed, name).key();
        if (shape.length == 2) {
            double bound = 1.0 / config.codebookSize();
            return new Codebook(Tensors.uniform(key, -bound, bound, shape), config.normalisedCodes()).codes();
        }
        String layer = name.substring(0, name.lastIndexOf('.'));
        long[] weight = shapes.getOrDefault(layer + ".weight", shape);
        if (weight.length == 4) {
            double bound = 1 / Math.sqrt((double) weight[1] * weight[2] * weight[3]);
            return Tensors.uniform(key, -bound, bound, shape);
        }
        return Tensors.full(name.endsWith(".weight") ? 1 : 0, torch.ScalarType.Float, shape);
    }
}
