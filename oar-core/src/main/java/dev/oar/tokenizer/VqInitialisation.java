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

    /** Weights of these names and shapes; the one matrix among them is the codebook. */
    static Weights weights(Map<String, long[]> shapes, boolean normalisedCodes, long seed) {
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            shapes.forEach((name, shape) -> tensors.put(name, tensor(shapes, name, normalisedCodes, seed)));
            return Weights.owning(tensors);
        }
    }

    private static Tensor tensor(Map<String, long[]> shapes, String name, boolean normalisedCodes, long seed) {
        long[] shape = shapes.getOrDefault(name, new long[0]);
        long key = CounterRandom.of(seed, name).key();
        if (shape.length == 2) {
            double bound = 1.0 / shape[0];
            return new Codebook(Tensors.uniform(key, -bound, bound, shape), normalisedCodes).codes();
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
