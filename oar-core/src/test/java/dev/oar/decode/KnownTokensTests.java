package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.model.AnyOrderModel;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(NativeMemory.class)
class KnownTokensTests {
    private static final TokenGrid GRID = new TokenGrid(3, 3);
    private static final int CELLS = GRID.cells();
    private static final int VOCABULARY = 11;

    static Stream<Arguments> formulationsAndSeeds() {
        return Stream.of(Formulation.values())
                .flatMap(formulation -> LongStream.range(0, 8).mapToObj(seed -> Arguments.of(formulation, seed)));
    }

    private static AnyOrderTransformer model(Formulation formulation, long seed) {
        return TinyModels.transformer(formulation, GRID, seed, torch.ScalarType.Double);
    }

    private static int[][] tokens(long seed, int batch) {
        CounterRandom random = CounterRandom.of(seed, "tokens of a test");
        return IntStream.range(0, batch)
                .mapToObj(b -> IntStream.range(0, CELLS)
                        .map(cell -> random.integer(VOCABULARY, b * 100L + cell))
                        .toArray())
                .toArray(int[][]::new);
    }

    private static TokenSource sampled() {
        return new TokenSource.Sampled(new SamplingFilter(0.9, 7, 0.95));
    }

    @ParameterizedTest
    @MethodSource("formulationsAndSeeds")
    void knownTokensComeBackUnchangedAndCountAsFilledFirst(Formulation formulation, long seed) {
        try (AnyOrderTransformer model = model(formulation, seed)) {
            BitSet cells = new BitSet();
            IntStream.of(0, 2, 3, 7).forEach(cells::set);
            int[][] given = tokens(seed, 2);
            for (OrderPolicy policy : List.of(
                    OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY),
                    new OrderPolicy.GivenOrders(Collections.nCopies(2, GenerationOrder.raster(CELLS)), 3))) {
                DecodedTokens decoded = new AnyOrderDecoder(model)
                        .decode(new DecodingRequest(
                                new int[] {1, 2},
                                new long[] {4, 5},
                                seed,
                                policy,
                                sampled(),
                                ClassifierFreeGuidance.linear(1, 3),
                                new KnownTokens(cells, given)));
                for (int row = 0; row < 2; row++) {
                    for (int cell : cells.stream().toArray()) {
                        assertThat(decoded.tokens()[row][cell])
                                .as("seed " + seed)
                                .isEqualTo(given[row][cell]);
                    }
                    assertThat(Arrays.stream(decoded.orders().get(row).toArray(), 0, 4))
                            .as("seed " + seed)
                            .containsExactlyInAnyOrder(0, 2, 3, 7);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("formulationsAndSeeds")
    void aHoleOfOneCellIsDrawnFromTheDistributionOfAFullForward(Formulation formulation, long seed) {
        try (AnyOrderTransformer model = model(formulation, seed)) {
            int[][] given = tokens(seed, 2);
            for (int hole = 0; hole < CELLS; hole++) {
                BitSet known = new BitSet();
                known.set(0, CELLS);
                known.clear(hole);
                DecodedTokens decoded = new AnyOrderDecoder(model)
                        .decode(new DecodingRequest(
                                new int[] {1, 2},
                                new long[] {4, 5},
                                seed,
                                OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.MARGIN),
                                new TokenSource.Sampled(SamplingFilter.NONE),
                                ClassifierFreeGuidance.OFF,
                                new KnownTokens(known, given)));
                assertThat(drawnAt(decoded, hole))
                        .as("seed " + seed + ", cell " + hole)
                        .isEqualTo(drawnFromFullForward(model, given, decoded.orders(), seed));
            }
        }
    }

    private static int[] drawnAt(DecodedTokens decoded, int cell) {
        return Arrays.stream(decoded.tokens()).mapToInt(row -> row[cell]).toArray();
    }

    /** Tokens of the last cells of the orders, drawn by the decoder's own random numbers at its first step. */
    private static int[] drawnFromFullForward(
            AnyOrderModel model, int[][] tokens, List<GenerationOrder> orders, long seed) {
        double[] uniforms = new double[orders.size()];
        for (int row = 0; row < uniforms.length; row++) {
            uniforms[row] = CounterRandom.of(seed, "tokens")
                    .derive(4 + row)
                    .derive(0)
                    .uniform(orders.get(row).cellAt(CELLS - 1));
        }
        try (TensorScope ignored = TensorScope.open()) {
            Tensor logits = model.logits(
                    Tensors.of(tokens),
                    Tensors.of(new int[] {1, 2}, 2),
                    Tensors.of(orders.stream().map(GenerationOrder::toArray).toArray(int[][]::new)),
                    false);
            return Tensors.ints(SamplingFilter.NONE
                    .drawn(logits.select(1, CELLS - 1), uniforms)
                    .tokens());
        }
    }

    @ParameterizedTest
    @MethodSource("formulationsAndSeeds")
    void absentCellsAreNeitherFilledNorSeen(Formulation formulation, long seed) {
        BitSet absent = new BitSet();
        IntStream.of(1, 5, 6).forEach(absent::set);
        BitSet known = new BitSet();
        IntStream.of(0, 7).forEach(known::set);
        try (AnyOrderTransformer model = model(formulation, seed)) {
            for (OrderPolicy policy : List.of(
                    OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY),
                    new OrderPolicy.GivenOrders(Collections.nCopies(2, GenerationOrder.raster(CELLS)), 0),
                    new OrderPolicy.GivenOrders(Collections.nCopies(2, GenerationOrder.raster(CELLS)), 2))) {
                int[][] given = tokens(seed, 2);
                DecodedTokens first = withAbsent(model, seed, policy, new KnownTokens(known, given, absent));
                int[][] others = Arrays.stream(given).map(int[]::clone).toArray(int[][]::new);
                absent.stream().forEach(cell -> others[0][cell] = (others[0][cell] + 1) % VOCABULARY);
                DecodedTokens second = withAbsent(model, seed, policy, new KnownTokens(known, others, absent));
                assertThat(second.tokens()).as("seed " + seed).isDeepEqualTo(first.tokens());
                assertThat(first.orders().get(0).toArray())
                        .as("seed " + seed)
                        .endsWith(1, 5, 6)
                        .hasSize(CELLS);
                assertThat(first.tokens()[0][5]).isZero();
            }
        }
    }

    private static DecodedTokens withAbsent(AnyOrderModel model, long seed, OrderPolicy policy, KnownTokens known) {
        return new AnyOrderDecoder(model)
                .decode(new DecodingRequest(
                        new int[] {1, 2},
                        new long[] {4, 5},
                        seed,
                        policy,
                        sampled(),
                        ClassifierFreeGuidance.linear(1, 3),
                        known));
    }

    @Test
    void aListenerIsToldAfterEveryStepAndSeesTheTokensSoFar() {
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION, 3)) {
            BitSet known = new BitSet();
            known.set(4);
            for (OrderPolicy policy : List.of(
                    OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY),
                    new OrderPolicy.GivenOrders(List.of(GenerationOrder.raster(CELLS)), 0))) {
                List<Integer> filled = new ArrayList<>();
                List<int[]> seen = new ArrayList<>();
                DecodedTokens decoded = new AnyOrderDecoder(model)
                        .decode(new DecodingRequest(
                                new int[] {1},
                                new long[] {0},
                                3,
                                policy,
                                sampled(),
                                ClassifierFreeGuidance.OFF,
                                new KnownTokens(known, tokens(3, 1)),
                                progress -> {
                                    filled.add(progress.filled());
                                    seen.add(progress.tokens().get()[0]);
                                    assertThat(progress.total()).isEqualTo(CELLS);
                                }));
                assertThat(filled).containsExactly(2, 3, 4, 5, 6, 7, 8, 9);
                assertThat(Arrays.stream(seen.get(2)).filter(token -> token == DecodingListener.UNFILLED))
                        .hasSize(CELLS - 4);
                assertThat(seen.get(7)).isEqualTo(decoded.tokens()[0]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("formulationsAndSeeds")
    void knownCellsAreToldInTheSequenceOfTheirOrderIfThereIsOne(Formulation formulation, long seed) {
        BitSet cells = new BitSet();
        IntStream.of(0, 2, 3, 7).forEach(cells::set);
        List<GenerationOrder> sequence = List.of(
                GenerationOrder.of(new int[] {7, 1, 3, 0, 8, 2, 4, 5, 6}),
                GenerationOrder.of(new int[] {8, 6, 4, 2, 0, 1, 3, 5, 7}));
        try (AnyOrderTransformer model = model(formulation, seed)) {
            DecodedTokens decoded = new AnyOrderDecoder(model)
                    .decode(new DecodingRequest(
                            new int[] {1, 2},
                            new long[] {4, 5},
                            seed,
                            new OrderPolicy.GivenOrders(sequence, 0),
                            sampled(),
                            ClassifierFreeGuidance.OFF,
                            new KnownTokens(cells, tokens(seed, 2), new BitSet(), sequence, List.of())));
            assertThat(decoded.orders().get(0).toArray())
                    .as("seed %s", seed)
                    .containsExactly(7, 3, 0, 2, 1, 8, 4, 5, 6);
            assertThat(decoded.orders().get(1).toArray())
                    .as("seed %s", seed)
                    .containsExactly(2, 0, 3, 7, 8, 6, 4, 1, 5);
        }
    }

    @Test
    void aModelThatCannotHideTokensRefusesGuidanceThatHidesSome() {
        BitSet cells = new BitSet();
        cells.set(4);
        GuidanceScale strong = new GuidanceScale.Linear(2, 2);
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION, 1)) {
            assertThatThrownBy(() -> new AnyOrderDecoder(model)
                            .decode(new DecodingRequest(
                                    new int[] {1},
                                    new long[] {0},
                                    1,
                                    new OrderPolicy.GivenOrders(List.of(GenerationOrder.raster(CELLS)), 0),
                                    sampled(),
                                    new SpatialGuidance(strong, strong, 0.5),
                                    new KnownTokens(cells, tokens(1, 1), new BitSet(), List.of(), List.of(cells)))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("position-instruction");
        }
    }

    @Test
    void aScheduleThatLeavesCellsOpenIsRefused() {
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION, 1)) {
            assertThatThrownBy(() -> new AnyOrderDecoder(model)
                            .decode(new DecodingRequest(
                                    new int[] {1},
                                    new long[] {0},
                                    1,
                                    new OrderPolicy.GivenOrders(
                                            List.of(GenerationOrder.raster(CELLS)),
                                            open -> DecodingSchedule.sequential(open - 1)),
                                    sampled(),
                                    ClassifierFreeGuidance.OFF,
                                    KnownTokens.none())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("all of its 9 open cells, but this one fills 8");
        }
    }
}
