package dev.oar.benchmark;

import dev.oar.tensor.Device;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.tensor.Workers;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Measures {@link MachineLimits}. Everything is tried twice: each operation spread over all threads and one operation per worker
 * side by side; the faster counts. On a GPU there is one worker, weights are multiplied as they are, and int8 is left out.
 */
final class LimitMeasurement {
    private final LimitSizes sizes;
    private final Workers workers;

    /** How rows are multiplied with the weights of a linear layer. */
    private enum Kernel {
        /** LibTorch's product of weights as they are. */
        PLAIN,
        /** Prepacked weights. */
        LAID_OUT
    }

    /** A linear layer of weights {@code [outputs, width]}, to be closed. */
    private record Layer(Weights weights) implements AutoCloseable {
        private static final String NAME = "layer";

        static Layer of(Tensor weights, WeightType type, Kernel kernel) {
            boolean rounded = type == WeightType.BFLOAT16 && kernel == Kernel.PLAIN;
            Tensor kept = rounded ? weights.to(torch.ScalarType.BFloat16) : weights;
            try (Weights plain = Weights.owning(Map.of(NAME + ".weight", kept))) {
                return new Layer(kernel == Kernel.PLAIN ? plain.sharing() : plain.packed(type.format()));
            }
        }

        void multiply(Tensor input) {
            TensorScope.run(() -> Tensors.runWithoutGradient(() -> {
                var unused = weights.linear(NAME, input);
            }));
        }

        @Override
        public void close() {
            weights.close();
        }
    }

    private LimitMeasurement(LimitSizes sizes, Workers workers) {
        this.sizes = sizes;
        this.workers = workers;
    }

    /** Measures the machine that this runs on. */
    static MachineLimits measure(LimitSizes sizes) {
        try (Workers workers = Workers.on(Device.inForce())) {
            return new LimitMeasurement(sizes, workers).limits();
        }
    }

    private MachineLimits limits() {
        Map<WeightType, Double> products = new EnumMap<>(WeightType.class);
        Map<WeightType, Double> vectorProducts = new EnumMap<>(WeightType.class);
        for (WeightType type : WeightType.measurable(Device.inForce())) {
            products.put(type, TensorScope.compute(() -> product(type)));
            vectorProducts.put(type, TensorScope.compute(() -> vectorProduct(type)));
        }
        return new MachineLimits(TensorScope.compute(this::readBandwidth), products, vectorProducts);
    }

    private double readBandwidth() {
        long numbers = sizes.readBytes() / Float.BYTES;
        Tensor tensor = Tensors.full(1, torch.ScalarType.Float, numbers);
        int pieces = workers.count();
        double seconds = Math.min(
                best(() -> sum(tensor)),
                best(() -> workers.run(pieces, i -> {
                    long from = numbers * i / pieces;
                    return TensorScope.compute(() -> sum(tensor.narrow(0, from, numbers * (i + 1) / pieces - from)));
                })));
        return (double) numbers * Float.BYTES / seconds;
    }

    private static double sum(Tensor tensor) {
        return TensorScope.compute(() -> tensor.sum().item_double());
    }

    private static List<Kernel> kernels(WeightType type) {
        if (!Device.inForce().isHost()) {
            return List.of(Kernel.PLAIN);
        }
        boolean plain = type == WeightType.FLOAT32 || type == WeightType.BFLOAT16;
        return plain ? List.of(Kernel.values()) : List.of(Kernel.LAID_OUT);
    }

    private double product(WeightType type) {
        double operations = 2.0 * sizes.rows() * sizes.width() * sizes.outputs();
        double fastest = 0;
        for (Kernel kernel : kernels(type)) {
            Tensor input = input(type, kernel, sizes.rows());
            try (Layer layer = Layer.of(weights(1), type, kernel)) {
                double spread = operations / best(() -> layer.multiply(input));
                double sideBySide = operations * workers.count() / best(() -> everyWorker(i -> layer.multiply(input)));
                fastest = Math.max(fastest, Math.max(spread, sideBySide));
            }
        }
        return fastest;
    }

    private double vectorProduct(WeightType type) {
        double fastest = 0;
        for (Kernel kernel : kernels(type)) {
            fastest = Math.max(fastest, TensorScope.compute(() -> vectorProduct(type, kernel)));
        }
        return fastest;
    }

    private double vectorProduct(WeightType type, Kernel kernel) {
        long each = (long) sizes.width() * sizes.outputs();
        int count = Math.toIntExact(Math.max(workers.count(), sizes.vectorBytes() / (Float.BYTES * each)));
        List<Layer> layers = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                layers.add(Layer.of(weights(i), type, kernel));
            }
            Tensor input = input(type, kernel, sizes.vectorRows());
            double bytes = (double) type.bytes() * each * count;
            double spread = bytes / best(() -> layers.forEach(layer -> layer.multiply(input)));
            double sideBySide = bytes
                    / best(() -> everyWorker(worker -> {
                        for (int i = worker; i < count; i += workers.count()) {
                            layers.get(i).multiply(input);
                        }
                    }));
            return Math.max(spread, sideBySide);
        } finally {
            layers.forEach(Layer::close);
        }
    }

    private void everyWorker(IntConsumer work) {
        IntFunction<Integer> piece = worker -> {
            work.accept(worker);
            return worker;
        };
        var unused = workers.run(workers.count(), piece);
    }

    private double best(Runnable work) {
        Device device = Device.inForce();
        work.run();
        device.synchronize();
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < sizes.repetitions(); i++) {
            long began = System.nanoTime();
            work.run();
            device.synchronize();
            best = Math.min(best, (System.nanoTime() - began) * 1e-9);
        }
        return best;
    }

    /** Prepacked layers round their input themselves. */
    private Tensor input(WeightType type, Kernel kernel, int rows) {
        Tensor input = Tensors.normal(1, rows, sizes.width());
        return type == WeightType.BFLOAT16 && kernel == Kernel.PLAIN ? input.to(torch.ScalarType.BFloat16) : input;
    }

    private Tensor weights(long seed) {
        return Tensors.normal(seed, sizes.outputs(), sizes.width());
    }
}
