package dev.oar.benchmarks;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The kernel under drawing and extracting: rows times the weights of linear layers of 1,024 to 3,072 numbers, one layer after the other, so
 * many of them that their weights come from memory.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(value = 1, jvmArgsAppend = "-Dorg.bytedeco.javacpp.nopointergc=true")
@State(Scope.Benchmark)
public class LinearLayerBenchmark {
    private static final int LAYERS = 32;
    private static final int INPUTS = 1024;
    private static final int OUTPUTS = 3072;

    /** How weights are kept. */
    public enum Kept {
        /** As they are; LibTorch's own product. */
        PLAIN,
        /** Laid out in float32. */
        FLOAT32,
        /** Laid out in bfloat16. */
        BFLOAT16,
        /** In 8-bit integers. */
        INT8
    }

    /** How weights are kept. */
    @Param({"PLAIN", "FLOAT32", "BFLOAT16", "INT8"})
    public Kept kept = Kept.PLAIN;

    /** Rows that are multiplied with all weights. */
    @Param({"4", "64", "2048"})
    public int rows;

    private Weights plain;
    private Weights layers;
    private Tensor input;

    /** Makes layers and input. */
    @Setup
    public void prepare() {
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> weights = new LinkedHashMap<>();
            for (int layer = 0; layer < LAYERS; layer++) {
                weights.put(layer + ".weight", Tensors.normal(layer, OUTPUTS, INPUTS));
            }
            plain = Weights.owning(weights);
            layers = kept == Kept.PLAIN ? plain.sharing() : plain.packed(WeightFormat.valueOf(kept.name()));
            input = TensorScope.retain(Tensors.normal(-1, rows, INPUTS));
        }
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        layers.close();
        plain.close();
        TensorScope.release(input);
    }

    /** All layers once; returns the number of numbers that came out. */
    @Benchmark
    public long allLayers() {
        long numbers = 0;
        for (int layer = 0; layer < LAYERS; layer++) {
            String name = Integer.toString(layer);
            numbers += TensorScope.compute(() ->
                    Tensors.withoutGradient(() -> layers.linear(name, input).numel()));
        }
        return numbers;
    }
}
