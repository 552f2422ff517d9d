package dev.oar.benchmarks;

import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import java.util.stream.IntStream;

/** The model and inputs that all benchmarks share: six layers of width 256 on 8 x 8 cells, random weights. */
final class BenchmarkModels {
    static final TokenSpace SPACE = new TokenSpace(TokenGrid.square(8), 512, 10);
    private static final int WIDTH = 256;
    private static final int LAYERS = 6;
    private static final int HEADS = 4;
    private static final long SEED = 1;

    private BenchmarkModels() {}

    static AnyOrderTransformer transformer(Formulation formulation) {
        return AnyOrderTransformer.initialise(TransformerConfig.of(formulation, WIDTH, LAYERS, HEADS), SPACE, SEED);
    }

    /** Random tokens, {@code [batch][cells]}. */
    static int[][] tokens(int batch) {
        CounterRandom random = CounterRandom.of(SEED, "benchmark tokens");
        int cells = SPACE.cells();
        return IntStream.range(0, batch)
                .mapToObj(row -> IntStream.range(0, cells)
                        .map(cell -> random.integer(SPACE.vocabularySize(), (long) row * cells + cell))
                        .toArray())
                .toArray(int[][]::new);
    }

    /** Uniform random orders, {@code [batch][cells]}. */
    static int[][] orders(int batch) {
        CounterRandom random = CounterRandom.of(SEED, "benchmark orders");
        return IntStream.range(0, batch)
                .mapToObj(row -> GenerationOrder.uniform(SPACE.cells(), random.derive(row))
                        .toArray())
                .toArray(int[][]::new);
    }

    /** One class after the other, {@code [batch]}. */
    static int[] conditions(int batch) {
        return IntStream.range(0, batch).map(row -> row % SPACE.classCount()).toArray();
    }
}
