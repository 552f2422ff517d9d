package dev.oar.model;

import dev.oar.order.CounterRandom;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Weights before training, as LlamaGen, RandAR and ARPG begin. */
final class InitialWeights {
    private static final double DEVIATION = 0.02;

    private InitialWeights() {}

    /**
     * Matrices normal with deviation 0.02, norms 1, the output 0 (so that training starts at the uniform distribution); float32.
     *
     * @param output the name of the output's weight
     */
    static Weights of(Map<String, long[]> shapes, String output, long seed) {
        return of(shapes, output, seed, Map.of());
    }

    /**
     * The same with other deviations for some matrices.
     *
     * @param deviations by name
     */
    static Weights of(Map<String, long[]> shapes, String output, long seed, Map<String, Double> deviations) {
        CounterRandom random = CounterRandom.of(seed, "transformer weights");
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            shapes.forEach((name, shape) -> {
                Tensor tensor;
                if (shape.length == 1) {
                    tensor = Tensors.full(1, torch.ScalarType.Float, shape);
                } else if (name.equals(output)) {
                    tensor = Tensors.zeros(torch.ScalarType.Float, shape);
                } else {
                    tensor = Tensors.normal(random.bits(tensors.size()), shape)
                            .mul(new Scalar(deviations.getOrDefault(name, DEVIATION)));
                }
                tensors.put(name, tensor);
            });
            return Weights.owning(tensors);
        }
    }
}
