package dev.oar.benchmarks;

import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.train.Gradients;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
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

/** Forward and backward pass of the any-order transformer over one batch, dropout included, optimizer left out. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(value = 1, jvmArgsAppend = "-Dorg.bytedeco.javacpp.nopointergc=true")
@State(Scope.Benchmark)
public class TrainingStepBenchmark {
    /** Arithmetic of the forward pass. */
    @Param({"FLOAT32", "BFLOAT16"})
    public Precision precision = Precision.FLOAT32;

    /** How a cell is asked for. */
    @Param({"POSITION_INSTRUCTION", "DUAL_POSITION"})
    public Formulation formulation = Formulation.POSITION_INSTRUCTION;

    /** Images per step. */
    @Param("32")
    public int batch;

    private AnyOrderTransformer model;
    private int[][] tokens;
    private int[][] orders;
    private int[] conditions;

    /** Makes model and batch. */
    @Setup
    public void prepare() {
        model = BenchmarkModels.transformer(formulation);
        model.weights().requireGradient(true);
        tokens = BenchmarkModels.tokens(batch);
        orders = BenchmarkModels.orders(batch);
        conditions = BenchmarkModels.conditions(batch);
    }

    /** Gives the model's memory back. */
    @TearDown
    public void close() {
        Gradients.drop(model.weights());
        model.close();
    }

    /** One step; returns the loss. */
    @Benchmark
    public float forwardAndBackward() {
        return TensorScope.compute(() -> {
            Tensor order = Tensors.of(orders);
            Tensor token = Tensors.of(tokens);
            Tensor loss = precision.forward(() -> {
                Tensor logits = model.logits(token, Tensors.of(conditions, batch), order, true);
                Tensor labels = token.gather(1, order);
                return torch.cross_entropy_loss(
                        logits.to(torch.ScalarType.Float).flatten(0, 1), labels.flatten());
            });
            loss.backward();
            Gradients.drop(model.weights());
            return loss.item_float();
        });
    }
}
