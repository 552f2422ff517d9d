package dev.oar.benchmarks;

import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.DecodedTokens;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.SamplingFilter;
import dev.oar.decode.TokenSource;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.DecodingState;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
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

/** What drawing spends its time on: one peek at every cell, and whole images of 64 cells in fixed and dynamic order. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(value = 1, jvmArgsAppend = "-Dorg.bytedeco.javacpp.nopointergc=true")
@State(Scope.Benchmark)
public class DecodingStepBenchmark {
    /** How a cell is asked for. */
    @Param({"POSITION_INSTRUCTION", "DUAL_POSITION"})
    public Formulation formulation = Formulation.POSITION_INSTRUCTION;

    /** Images decoded together. */
    @Param({"1", "16"})
    public int batch;

    private AnyOrderTransformer model;
    private DecodingState empty;
    private int[][] allCells;
    private int[] conditions;

    /** Makes the model and a decoding state without committed cells. */
    @Setup
    public void prepare() {
        model = BenchmarkModels.transformer(formulation);
        conditions = BenchmarkModels.conditions(batch);
        int[] cells = IntStream.range(0, BenchmarkModels.SPACE.cells()).toArray();
        allCells = Collections.nCopies(batch, cells).toArray(int[][]::new);
        empty = model.start(conditions);
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        empty.close();
        model.close();
    }

    /** Scores all 64 cells in one forward pass; returns one logit. */
    @Benchmark
    public float peekAtEveryCell() {
        return TensorScope.compute(() -> Tensors.floats(empty.peek(allCells))[0]);
    }

    /** Draws images row by row: one cell a step, no peeking. */
    @Benchmark
    public DecodedTokens imageInFixedOrder() {
        GenerationOrder raster = GenerationOrder.raster(BenchmarkModels.SPACE.cells());
        return decode(new OrderPolicy.GivenOrders(Collections.nCopies(batch, raster), 0));
    }

    /** Draws images most confident cell first: a peek at every remaining cell before each step. */
    @Benchmark
    public DecodedTokens imageInDynamicOrder() {
        return decode(OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY));
    }

    private DecodedTokens decode(OrderPolicy policy) {
        return new AnyOrderDecoder(model)
                .decode(new DecodingRequest(
                        conditions,
                        LongStream.range(0, batch).toArray(),
                        1,
                        policy,
                        new TokenSource.Sampled(SamplingFilter.NONE),
                        ClassifierFreeGuidance.OFF,
                        KnownTokens.none()));
    }
}
