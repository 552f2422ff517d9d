package dev.oar.tuning;

import dev.oar.tensor.Device;
import dev.oar.tensor.Operations;
import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import dev.oar.tensor.Workers;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Measures the operations that decide about speed, on the device in force, in about three seconds: a block of a tokenizer and one of a
 * transformer, forward and backward, in every precision; products of few and of many rows with weights of every format that no cache
 * holds. Each is timed as it is used: blocks of transformers on one thread, as parts of a batch are, all else on all threads.
 */
final class MachineProbe {
    /** Enough weights that the caches of most CPUs do not hold them: as many float32 numbers fill 60 MiB. */
    private static final int LAYERS = 5;

    private static final int WIDTH = 1024;
    private static final int OUTPUTS = 3072;
    private static final double SECONDS_EACH = 0.1;
    private static final int MOST_REPETITIONS = 20;

    private MachineProbe() {}

    /** Measures. */
    static MachineProfile measure() {
        Device device = Device.inForce();
        Map<TrainingWork, Map<Precision, Double>> training = new EnumMap<>(TrainingWork.class);
        Map<Precision, Double> convolutions = new EnumMap<>(Precision.class);
        Map<Precision, Double> linearLayers = new EnumMap<>(Precision.class);
        for (Precision precision : Precision.values()) {
            convolutions.put(precision, convolutions(precision));
            linearLayers.put(precision, onOneThread(device, () -> linearLayers(precision)));
        }
        training.put(TrainingWork.CONVOLUTIONS, convolutions);
        training.put(TrainingWork.LINEAR_LAYERS, linearLayers);
        Map<WeightFormat, Double> fewRows = new EnumMap<>(WeightFormat.class);
        Map<WeightFormat, Double> manyRows = new EnumMap<>(WeightFormat.class);
        TensorScope.run(() -> {
            Tensor weights = Tensors.normal(1, OUTPUTS, WIDTH);
            for (WeightFormat format : WeightFormat.values()) {
                if (format.runsOn(device)) {
                    products(weights, format, fewRows, manyRows);
                }
            }
        });
        Map<ProductRows, Map<WeightFormat, Double>> products =
                Map.of(ProductRows.FEW, fewRows, ProductRows.MANY, manyRows);
        return new MachineProfile(training, products);
    }

    /** A block of a tokenizer with 32 channels on 8 pictures of 32 x 32: normalisation, activation, convolution, and back. */
    private static double convolutions(Precision precision) {
        try (TensorScope ignored = TensorScope.open();
                Weights weights = Weights.owning(Map.of(
                        "norm.weight", Tensors.full(1, torch.ScalarType.Float, 32),
                        "norm.bias", Tensors.zeros(torch.ScalarType.Float, 32),
                        "weight", Tensors.normal(1, 32, 32, 3, 3),
                        "bias", Tensors.zeros(torch.ScalarType.Float, 32)))) {
            weights.requireGradient(true);
            Tensor input = Tensors.normal(2, 8, 32, 32, 32).requires_grad_(true);
            return best(() -> precision
                    .forward(() -> {
                        Tensor hidden = torch.silu(Operations.groupNorm(
                                input, 8, weights.get("norm.weight"), weights.get("norm.bias"), 1e-6));
                        return Operations.conv2d(hidden, weights.get("weight"), weights.get("bias"), 1, 1);
                    })
                    .to(torch.ScalarType.Float)
                    .sum()
                    .backward());
        }
    }

    /** A feed-forward layer of width 256 on 512 positions, and back. */
    private static double linearLayers(Precision precision) {
        try (TensorScope ignored = TensorScope.open();
                Weights weights = Weights.owning(Map.of(
                        "norm", Tensors.full(1, torch.ScalarType.Float, 256),
                        "gate", Tensors.normal(1, 704, 256),
                        "up", Tensors.normal(2, 704, 256),
                        "down", Tensors.normal(3, 256, 704)))) {
            weights.requireGradient(true);
            Tensor input = Tensors.normal(4, 512, 256).requires_grad_(true);
            return best(() -> precision
                    .forward(() -> {
                        Tensor normed = Operations.rmsNorm(input, weights.get("norm"), 1e-5);
                        Tensor gate = torch.silu(Operations.linear(normed, weights.get("gate")));
                        Tensor up = Operations.linear(normed, weights.get("up"));
                        return input.add(Operations.linear(gate.mul(up), weights.get("down")));
                    })
                    .to(torch.ScalarType.Float)
                    .sum()
                    .backward());
        }
    }

    private static void products(
            Tensor weights,
            WeightFormat format,
            Map<WeightFormat, Double> fewRows,
            Map<WeightFormat, Double> manyRows) {
        List<Weights> layers = new ArrayList<>();
        try {
            for (int i = 0; i < LAYERS; i++) {
                layers.add(packed(weights, format));
            }
            fewRows.put(format, product(layers, ProductRows.FEW.measured()));
            // So many rows reuse what they have read, and would take long in formats that are slow.
            manyRows.put(format, product(layers.subList(0, 1), ProductRows.MANY.measured()));
        } finally {
            layers.forEach(Weights::close);
        }
    }

    private static Weights packed(Tensor weights, WeightFormat format) {
        try (Weights plain = Weights.owning(Map.of("layer.weight", weights))) {
            return plain.packed(format);
        }
    }

    private static double product(List<Weights> layers, int rows) {
        return TensorScope.compute(() -> {
            Tensor input = Tensors.normal(5, rows, WIDTH);
            return best(() -> Tensors.runWithoutGradient(() -> {
                for (Weights layer : layers) {
                    TensorScope.run(() -> {
                        var unused = layer.linear("layer", input);
                    });
                }
            }));
        });
    }

    private static double onOneThread(Device device, DoubleSupplier measurement) {
        if (!device.isHost()) {
            return measurement.getAsDouble();
        }
        try (Workers one = new Workers(1)) {
            return one.run(1, piece -> measurement.getAsDouble()).get(0);
        }
    }

    /** The best of some repetitions, the first not counted; at least one, however long it takes. */
    private static double best(Runnable work) {
        Device device = Device.inForce();
        TensorScope.run(work);
        device.synchronize();
        double best = Double.POSITIVE_INFINITY;
        double spent = 0;
        for (int i = 0; i < MOST_REPETITIONS && (i == 0 || spent < SECONDS_EACH); i++) {
            long began = System.nanoTime();
            TensorScope.run(work);
            device.synchronize();
            double seconds = Math.max(1e-9, (System.nanoTime() - began) * 1e-9);
            best = Math.min(best, seconds);
            spent += seconds;
        }
        return best;
    }
}
