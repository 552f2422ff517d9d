package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.DecodingState;
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
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tokens that are drawn anew at the end. */
@ExtendWith(NativeMemory.class)
class RemaskingTests {
    private static final TokenGrid GRID = new TokenGrid(3, 4);
    private static final int CELLS = 12;

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void theLeastProbableTokensAreDrawnAnewFromWhatTheModelSaysOfThemWithAllOthersKnown(Formulation formulation) {
        for (long seed = 0; seed < 4; seed++) {
            try (AnyOrderTransformer model = TinyModels.transformer(formulation, GRID, seed, torch.ScalarType.Double)) {
                DecodingRequest request = new DecodingRequest(
                        new int[] {0, 2},
                        new long[] {0, 1},
                        seed,
                        fixed(seed, 2),
                        source(),
                        ClassifierFreeGuidance.OFF,
                        KnownTokens.none());
                DecodedTokens before = new AnyOrderDecoder(model).decode(request);
                DecodedTokens after = new Remasking(0.01, 1).decode(model, request);
                assertThat(after.orders()).isEqualTo(before.orders());
                for (int row = 0; row < 2; row++) {
                    int least = leastProbable(before, row).get(0);
                    List<Integer> context = IntStream.of(
                                    before.orders().get(row).toArray())
                            .filter(cell -> cell != least)
                            .boxed()
                            .toList();
                    for (int cell : context) {
                        assertThat(after.tokens()[row][cell]).isEqualTo(before.tokens()[row][cell]);
                        assertThat(after.logProbabilities()[row][cell]).isEqualTo(before.logProbabilities()[row][cell]);
                    }
                    double[] logs = logs(model, request.conditions()[row], before.tokens()[row], context, least);
                    assertThat(after.logProbabilities()[row][least])
                            .as("%s, seed %s, row %s", formulation, seed, row)
                            .isCloseTo(logs[after.tokens()[row][least]], within(1e-9));
                }
            }
        }
    }

    private static double[] logs(
            AnyOrderTransformer model, int condition, int[] tokens, List<Integer> context, int cell) {
        int[] known = context.stream().mapToInt(Integer::intValue).toArray();
        try (DecodingState state = model.start(new int[] {condition})) {
            state.commit(
                    new int[][] {known},
                    new int[][] {IntStream.of(known).map(i -> tokens[i]).toArray()});
            return TensorScope.compute(() -> Tensors.doubles(
                    state.predictGroup(new int[][] {{cell}}).select(0, 0).log_softmax(-1)));
        }
    }

    /** Cells whose tokens were drawn, the least probable first. */
    private static List<Integer> leastProbable(DecodedTokens decoded, int row) {
        return IntStream.range(0, CELLS)
                .boxed()
                .filter(cell -> !Double.isNaN(decoded.logProbabilities()[row][cell]))
                .sorted(Comparator.comparingDouble(cell -> decoded.logProbabilities()[row][cell]))
                .toList();
    }

    @Test
    void asManyAreDrawnAnewAsTheShareSaysAndKnownCellsNever() {
        BitSet known = new BitSet();
        known.set(2, 5);
        BitSet absent = new BitSet();
        absent.set(9);
        int[][] tokens = new int[2][CELLS];
        for (long seed = 0; seed < 6; seed++) {
            try (AnyOrderTransformer model =
                    TinyModels.transformer(Formulation.DUAL_POSITION, GRID, seed, torch.ScalarType.Double)) {
                for (OrderPolicy policy : List.of(fixed(seed, 2), dynamic(), new LeastConfidentFirst(spaced()))) {
                    DecodingRequest request = request(seed, policy, new KnownTokens(known, tokens, absent));
                    DecodedTokens before = new AnyOrderDecoder(model).decode(request);
                    DecodedTokens after = new Remasking(0.5, 1).decode(model, request);
                    for (int row = 0; row < 2; row++) {
                        // Half of the 8 cells that are neither known nor absent.
                        List<Integer> least = leastProbable(before, row).subList(0, 4);
                        for (int cell = 0; cell < CELLS; cell++) {
                            boolean anew = Double.doubleToLongBits(after.logProbabilities()[row][cell])
                                    != Double.doubleToLongBits(before.logProbabilities()[row][cell]);
                            assertThat(anew)
                                    .as("seed %s, row %s, cell %s", seed, row, cell)
                                    .isEqualTo(least.contains(cell));
                            if (known.get(cell)) {
                                assertThat(after.tokens()[row][cell]).isZero();
                            }
                        }
                    }
                }
            }
        }
    }

    @Test
    void anImageDoesNotHangOnTheOthersOfItsBatchAndIsDrawnAgainAlike() {
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.POSITION_INSTRUCTION, GRID, 5, torch.ScalarType.Double)) {
            DecodingRequest both = request(5, dynamic(), KnownTokens.none());
            Remasking remasking = new Remasking(0.3, 2);
            DecodedTokens together = remasking.decode(model, both);
            assertThat(together.tokens())
                    .isDeepEqualTo(remasking.decode(model, both).tokens());
            DecodedTokens alone = remasking.decode(
                    model,
                    new DecodingRequest(
                            new int[] {2},
                            new long[] {1},
                            5,
                            dynamic(),
                            both.source(),
                            ClassifierFreeGuidance.constant(1.5),
                            KnownTokens.none()));
            assertThat(alone.tokens()[0]).isEqualTo(together.tokens()[1]);
            assertThat(new Remasking(0.3, 1).decode(model, both).tokens()).isNotEqualTo(together.tokens());
        }
    }

    @Test
    void rowsOfWhichOtherCellsAreKnownAreDecodedAsEachAlone() {
        int[][] tokens = new int[2][CELLS];
        List<BitSet> known = new ArrayList<>();
        for (int row = 0; row < 2; row++) {
            CounterRandom random = CounterRandom.of(row, "known of a row");
            BitSet cells = new BitSet();
            IntStream.of(GenerationOrder.uniform(CELLS, random).toArray())
                    .limit(5)
                    .forEach(cells::set);
            known.add(cells);
            for (int cell = 0; cell < CELLS; cell++) {
                tokens[row][cell] = random.derive(1).integer(11, cell);
            }
        }
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 6, torch.ScalarType.Double)) {
            for (OrderPolicy policy : List.of(fixed(6, 2), dynamic(), spaced())) {
                DecodedTokens together = new AnyOrderDecoder(model)
                        .decode(request(
                                6, policy, KnownTokens.ofRows(known, tokens, new BitSet(), List.of(), List.of())));
                for (int row = 0; row < 2; row++) {
                    int[][] own = {tokens[row]};
                    OrderPolicy ofRow = policy instanceof OrderPolicy.GivenOrders given
                            ? new OrderPolicy.GivenOrders(List.of(given.orders().get(row)), given.schedule())
                            : policy;
                    DecodedTokens alone = new AnyOrderDecoder(model)
                            .decode(new DecodingRequest(
                                    new int[] {2 * row},
                                    new long[] {row},
                                    6,
                                    ofRow,
                                    source(),
                                    ClassifierFreeGuidance.constant(1.5),
                                    new KnownTokens(known.get(row), own)));
                    assertThat(together.tokens()[row])
                            .as("%s, row %s", policy, row)
                            .isEqualTo(alone.tokens()[0]);
                    assertThat(together.orders().get(row))
                            .isEqualTo(alone.orders().get(0));
                }
            }
            known.get(0).set(known.get(0).nextClearBit(0));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> KnownTokens.ofRows(known, tokens, new BitSet(), List.of(), List.of()))
                    .withMessageContaining("equally many cells are known");
        }
    }

    @Test
    void aListenerIsToldOfTheSweepsWhenAllCellsAreFilled() {
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 7, torch.ScalarType.Double)) {
            List<Integer> filled = new ArrayList<>();
            DecodingRequest request = request(7, fixed(7, 1), KnownTokens.none());
            var unused = new Remasking(0.25, 1)
                    .decode(
                            model,
                            new DecodingRequest(
                                    request.conditions(),
                                    request.imageIndices(),
                                    request.seeds(),
                                    request.policy(),
                                    request.source(),
                                    request.guidance(),
                                    request.known(),
                                    step -> filled.add(step.filled())));
            assertThat(filled)
                    .hasSize(CELLS + 3)
                    .endsWith(CELLS, CELLS, CELLS, CELLS)
                    .isSorted();
        }
    }

    @Test
    void sharesAreSharesAndRealImagesAreNotDrawnAnew() {
        for (double share : new double[] {0, -0.1, 1.1, Double.NaN}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new Remasking(share, 1));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new Remasking(0.1, 0));
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 8, torch.ScalarType.Double)) {
            DecodingRequest real = new DecodingRequest(
                    new int[] {0},
                    new long[] {0},
                    8,
                    dynamic(),
                    new TokenSource.GroundTruth(new int[1][CELLS]),
                    ClassifierFreeGuidance.OFF,
                    KnownTokens.none());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Remasking(0.1, 1).decode(model, real))
                    .withMessageContaining("those of real images");
        }
    }

    private static OrderPolicy fixed(long seed, int cellsPerStep) {
        List<GenerationOrder> orders = IntStream.range(0, 2)
                .mapToObj(row -> GenerationOrder.uniform(
                        CELLS, CounterRandom.of(seed, "remasked").derive(row)))
                .toList();
        return new OrderPolicy.GivenOrders(orders, open -> DecodingSchedule.uniform(open, cellsPerStep));
    }

    private static OrderPolicy dynamic() {
        return new OrderPolicy.MostConfidentFirst(
                ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 0.2, 0.5, 1);
    }

    private static OrderPolicy spaced() {
        return new OrderPolicy.Spaced(
                ConfidenceMeasure.MARGIN,
                ConfidenceLogits.GUIDED,
                0,
                new OrderNoise.OfLogarithm(0.5),
                1,
                open -> DecodingSchedule.uniform(open, 2));
    }

    private static TokenSource source() {
        return new TokenSource.Sampled(SamplingFilter.NONE);
    }

    private static DecodingRequest request(long seed, OrderPolicy policy, KnownTokens known) {
        return new DecodingRequest(
                new int[] {0, 2},
                new long[] {0, 1},
                seed,
                policy,
                source(),
                ClassifierFreeGuidance.constant(1.5),
                known);
    }
}
