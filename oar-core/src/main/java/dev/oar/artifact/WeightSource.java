package dev.oar.artifact;

import dev.oar.checkpoint.WeightFile;
import dev.oar.checkpoint.WeightFiles;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Where the weights of an imported model come from. */
public sealed interface WeightSource {
    /**
     * The weights; close them after use.
     *
     * @param shapes names and shapes that the network needs
     * @throws IOException if a file cannot be read
     */
    Weights weights(Map<String, long[]> shapes) throws IOException;

    /** A phrase that says where they come from. */
    String description();

    /**
     * A file in any format that {@link WeightFiles} knows.
     *
     * @param path the file
     * @param stateDict the key of a PyTorch file that the tensors stand under; absent: it is found
     * @param description where the file comes from
     */
    record File(Path path, Optional<String> stateDict, String description) implements WeightSource {
        @Override
        public Weights weights(Map<String, long[]> shapes) throws IOException {
            WeightFile file = stateDict.isPresent() ? WeightFiles.open(path, stateDict.get()) : WeightFiles.open(path);
            return file.mapped();
        }
    }

    /**
     * Random numbers, to try what a model of some size costs: matrices normal with deviation one over the root of their inputs,
     * scales 1, biases 0.
     *
     * @param seed the seed
     */
    record Random(long seed) implements WeightSource {
        @Override
        public Weights weights(Map<String, long[]> shapes) {
            CounterRandom random = CounterRandom.of(seed, "random weights");
            try (TensorScope ignored = TensorScope.open()) {
                Map<String, Tensor> tensors = new LinkedHashMap<>();
                shapes.forEach((name, shape) -> tensors.put(name, tensor(name, shape, random.bits(tensors.size()))));
                return Weights.owning(tensors);
            }
        }

        private static Tensor tensor(String name, long[] shape, long bits) {
            if (shape.length < 2) {
                return Tensors.full(name.endsWith(".bias") ? 0 : 1, torch.ScalarType.Float, shape);
            }
            long inputs = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
            return Tensors.normal(bits, shape).mul_(new Scalar(1 / Math.sqrt(inputs)));
        }

        @Override
        public String description() {
            return "random weights, seed " + seed;
        }
    }
}
