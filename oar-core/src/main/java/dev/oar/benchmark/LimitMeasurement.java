package dev.oar.benchmark;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Workers;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Measures {@link MachineLimits}. Everything is tried in two ways, each operation spread over all threads and one operation per worker
 * side by side; the faster counts.
 */
final class LimitMeasurement {
    private static final String INT8_PRODUCT = "aten::_weight_int8pack_mm";
    private static final int LARGEST_CODE = 127;

    private final LimitSizes sizes;
    private final Workers workers;

    /** The weights of one linear layer and what multiplies rows with them. */
    private record Layer(Tensor weights, BinaryOperator<Tensor> product) {
        void multiply(Tensor input) {
            TensorScope.run(() -> Tensors.runWithoutGradient(() -> {
                var unused = product.apply(input, weights);
            }));
        }
    }

    private LimitMeasurement(LimitSizes sizes, Workers workers) {
        this.sizes = sizes;
        this.workers = workers;
    }

    /** Measures the machine that this runs on. */
    static MachineLimits measure(LimitSizes sizes) {
        try (Workers workers = new Workers()) {
            return new LimitMeasurement(sizes, workers).limits();
        }
    }

    private MachineLimits limits() {
        Map<WeightType, Double> products = new EnumMap<>(WeightType.class);
        Map<WeightType, Double> vectorProducts = new EnumMap<>(WeightType.class);
        for (WeightType type : WeightType.values()) {
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

    private double product(WeightType type) {
        Layer layer = layer(type, 1);
        Tensor input = input(type, sizes.rows());
        double operations = 2.0 * sizes.rows() * sizes.width() * sizes.outputs();
        double spread = operations / best(() -> layer.multiply(input));
        double sideBySide = operations * workers.count() / best(() -> everyWorker(i -> layer.multiply(input)));
        return Math.max(spread, sideBySide);
    }

    private double vectorProduct(WeightType type) {
        long each = (long) sizes.width() * sizes.outputs();
        int count = Math.toIntExact(Math.max(workers.count(), sizes.vectorBytes() / (Float.BYTES * each)));
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            layers.add(layer(type, i));
        }
        Tensor input = input(type, sizes.vectorRows());
        double bytes = (double) type.bytes() * each * count;
        double spread = bytes / best(() -> layers.forEach(layer -> layer.multiply(input)));
        double sideBySide = bytes
                / best(() -> everyWorker(worker -> {
                    for (int i = worker; i < count; i += workers.count()) {
                        layers.get(i).multiply(input);
                    }
                }));
        return Math.max(spread, sideBySide);
    }

    private void everyWorker(IntConsumer work) {
        IntFunction<Integer> piece = worker -> {
            work.accept(worker);
            return worker;
        };
        var unused = workers.run(workers.count(), piece);
    }

    private double best(Runnable work) {
        work.run();
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < sizes.repetitions(); i++) {
            long began = System.nanoTime();
            work.run();
            best = Math.min(best, (System.nanoTime() - began) * 1e-9);
        }
        return best;
    }

    private Tensor input(WeightType type, int rows) {
        Tensor input = Tensors.normal(1, rows, sizes.width());
        return type == WeightType.FLOAT32 ? input : input.to(torch.ScalarType.BFloat16);
    }

    /** A layer whose weights have the shape {@code [outputs, width]}. */
    private Layer layer(WeightType type, long seed) {
        return switch (type) {
            case FLOAT32 -> new Layer(weights(seed), (input, weights) -> torch.mm(input, weights.t()));
            case BFLOAT16 -> new Layer(weights(seed).to(torch.ScalarType.BFloat16), torch::linear);
            case INT8 -> {
                Tensor codes = TensorScope.tensor(() -> weights(seed)
                        .mul(new Scalar(LARGEST_CODE / 4.0))
                        .clamp_(
                                new ScalarOptional(new Scalar(-LARGEST_CODE)),
                                new ScalarOptional(new Scalar(LARGEST_CODE)))
                        .to(torch.ScalarType.Char));
                Tensor scales = Tensors.full(1, torch.ScalarType.BFloat16, sizes.outputs());
                yield new Layer(codes, (input, weights) -> int8Product(input, weights, scales));
            }
        };
    }

    private Tensor weights(long seed) {
        return Tensors.normal(seed, sizes.outputs(), sizes.width());
    }

    /** {@code [rows, width]} bfloat16 times int8 weights {@code [outputs, width]} with scales {@code [outputs]}. */
    private static Tensor int8Product(Tensor input, Tensor weights, Tensor scales) {
        IValueVector stack = new IValueVector();
        var unused = stack.push_back(new IValue(input))
                .push_back(new IValue(weights))
                .push_back(new IValue(scales));
        // The binding has no method for operators whose names begin with an underscore.
        Dispatcher.singleton().findSchemaOrThrow(INT8_PRODUCT, "").callBoxed(stack);
        return stack.get(0).toTensor();
    }
}
