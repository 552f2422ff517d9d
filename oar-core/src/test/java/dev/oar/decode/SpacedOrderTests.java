package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import dev.oar.order.StepSchedule;
import dev.oar.order.TokenGrid;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Steps that fill several confident cells which lie apart. */
@ExtendWith(NativeMemory.class)
class SpacedOrderTests {
    private static final TokenGrid GRID = new TokenGrid(5, 4);
    private static final IntFunction<DecodingSchedule> ONE_BY_ONE = DecodingSchedule::sequential;

    @ParameterizedTest
    @CsvSource({
        // The best, then those that are more than the spacing away.
        "0, 4, 0 1 2 3",
        "1, 3, 0 2 4",
        "2, 2, 0 3",
        // 0 and 4 lie apart; of the others 2 and 6 are the farthest, the more confident first.
        "3, 4, 0 4 2 6",
        // Nothing lies apart from 0: the farthest is 6, then 3, then of 1, 2, 4 and 5 the most confident.
        "9, 4, 0 6 3 1"
    })
    void confidentCellsThatLieApartComeFirstAndThenTheFarthest(int spacing, int size, String expected) {
        int[] ranked = {0, 1, 2, 3, 4, 5, 6};
        int[] chosen = SpacedCells.chosen(new TokenGrid(1, 7), ranked, size, spacing);
        assertThat(IntStream.of(chosen).mapToObj(String::valueOf).reduce((a, b) -> a + " " + b))
                .contains(expected);
    }

    @Test
    void cellsLieAsFarApartAsTheFartherOfRowsAndColumns() {
        // On a grid of 3 x 3, every cell is within 1 of the centre; the corners are 2 from each other.
        assertThat(SpacedCells.chosen(TokenGrid.square(3), new int[] {4, 8, 7, 6, 5, 3, 2, 1, 0}, 2, 1))
                .containsExactly(4, 8);
        assertThat(SpacedCells.chosen(TokenGrid.square(3), new int[] {8, 7, 4, 6, 5, 3, 2, 1, 0}, 4, 1))
                .containsExactly(8, 6, 2, 0);
    }

    @Test
    void anyChoiceIsThatOfTheDefinition() {
        for (long seed = 0; seed < 200; seed++) {
            CounterRandom random = CounterRandom.of(seed, "spaced cells");
            int[] ranked = Arrays.stream(
                            GenerationOrder.uniform(GRID.cells(), random).toArray())
                    .limit(1 + random.integer(GRID.cells(), 1))
                    .toArray();
            int size = 1 + random.integer(ranked.length, 2);
            int spacing = random.integer(5, 3);
            int[] chosen = SpacedCells.chosen(GRID, ranked, size, spacing);
            assertThat(chosen).as("seed %s", seed).containsExactly(defined(ranked, size, spacing));
        }
    }

    /** As it is defined, looking at all taken cells again and again. */
    private static int[] defined(int[] ranked, int size, int spacing) {
        List<Integer> taken = new ArrayList<>();
        for (int cell : ranked) {
            if (taken.size() < size && taken.stream().allMatch(other -> apart(cell, other) > spacing)) {
                taken.add(cell);
            }
        }
        while (taken.size() < size) {
            int best = -1;
            int farthest = 0;
            for (int cell : ranked) {
                int distance = taken.stream()
                        .mapToInt(other -> apart(cell, other))
                        .min()
                        .orElseThrow();
                if (distance > farthest) {
                    farthest = distance;
                    best = cell;
                }
            }
            taken.add(best);
        }
        return taken.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int apart(int a, int b) {
        return Math.max(Math.abs(GRID.row(a) - GRID.row(b)), Math.abs(GRID.column(a) - GRID.column(b)));
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void withoutSpacingAndCellByCellItIsTheDynamicOrderTokenForToken(Formulation formulation) {
        for (long seed = 0; seed < 4; seed++) {
            try (AnyOrderTransformer model = TinyModels.transformer(formulation, GRID, seed, torch.ScalarType.Double)) {
                for (double noise : new double[] {0, 1}) {
                    for (double locality : new double[] {0, 0.7}) {
                        OrderPolicy dynamic = new OrderPolicy.MostConfidentFirst(
                                ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, locality, noise, 1);
                        assertSame(seed, model, spaced(locality, noise, 0, ONE_BY_ONE), dynamic, KnownTokens.none());
                    }
                }
            }
        }
    }

    @Test
    void withoutSpacingItFillsTheMostConfidentCellsOfAStep() {
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 7, torch.ScalarType.Double)) {
            OrderPolicy dynamic = new OrderPolicy.MostConfidentFirst(
                    ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 0.2, 0.5, 3);
            assertSame(
                    7,
                    model,
                    spaced(0.2, 0.5, 0, open -> DecodingSchedule.uniform(open, 3)),
                    dynamic,
                    KnownTokens.none());
        }
    }

    private static void assertSame(
            long seed, AnyOrderTransformer model, OrderPolicy first, OrderPolicy second, KnownTokens known) {
        DecodedTokens ofFirst = decode(seed, model, first, known, new Steps());
        DecodedTokens ofSecond = decode(seed, model, second, known, new Steps());
        assertThat(ofFirst.tokens()).as("%s, seed %s", second, seed).isDeepEqualTo(ofSecond.tokens());
        assertThat(ofFirst.orders()).as("%s, seed %s", second, seed).isEqualTo(ofSecond.orders());
    }

    @ParameterizedTest
    @EnumSource(StepSchedule.class)
    void everyStepFillsAsManyCellsAsTheScheduleSaysAndNoneNearAnotherWhereItNeedNot(StepSchedule schedule) {
        BitSet known = new BitSet();
        known.set(2, 5);
        int[][] tokens = new int[2][GRID.cells()];
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.POSITION_INSTRUCTION, GRID, 3, torch.ScalarType.Double)) {
            for (KnownTokens given : List.of(KnownTokens.none(), new KnownTokens(known, tokens))) {
                Steps steps = new Steps();
                int open = GRID.cells() - given.cells().cardinality();
                var unused = decode(3, model, spaced(0, 0.4, 1, cells -> schedule.of(cells, 6)), given, steps);
                assertThat(steps.filled.stream().mapToInt(chosen -> chosen[0].length))
                        .containsExactly(Arrays.stream(schedule.of(open, 6).cellsPerStep())
                                .boxed()
                                .toArray(Integer[]::new));
                for (int[][] chosen : steps.filled) {
                    for (int[] row : chosen) {
                        assertThat(row.length < 3 || apart(row[0], row[1]) > 1)
                                .as("%s, %s", schedule, Arrays.toString(row))
                                .isTrue();
                    }
                }
            }
        }
    }

    @Test
    void everyAnnealingBeginsAlikeAndTakesItsOwnPath() {
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 5, torch.ScalarType.Double)) {
            List<List<GenerationOrder>> orders = Arrays.stream(OrderNoise.Annealing.values())
                    .map(annealing -> decode(
                                    5,
                                    model,
                                    new OrderPolicy.MostConfidentFirst(
                                            ConfidenceMeasure.NEGATIVE_ENTROPY,
                                            ConfidenceLogits.CONDITIONAL,
                                            0,
                                            new OrderNoise.OfLogarithm(0.05, annealing),
                                            1,
                                            Optional.empty()),
                                    KnownTokens.none(),
                                    new Steps())
                            .orders())
                    .toList();
            assertThat(orders).doesNotHaveDuplicates();
            // All of the noise is there at the first step.
            assertThat(orders)
                    .extracting(order -> order.get(0).toArray()[0])
                    .containsOnly(orders.get(0).get(0).toArray()[0]);
        }
    }

    @Test
    void aNegativeSpacingIsRefusedAndSoIsAMeasureThatLooksAtTheAnswer() {
        assertThatThrownBy(() -> spaced(0, 0, -1, ONE_BY_ONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 0 (0 = off), but is -1");
        OrderPolicy cheating = new OrderPolicy.Spaced(
                ConfidenceMeasure.GROUND_TRUTH_PROBABILITY,
                ConfidenceLogits.CONDITIONAL,
                0,
                OrderNoise.NONE,
                2,
                ONE_BY_ONE);
        assertThatThrownBy(() -> cheating.check(1, new TokenSource.Sampled(SamplingFilter.NONE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be used for drawing");
    }

    private static OrderPolicy spaced(
            double locality, double noise, int spacing, IntFunction<DecodingSchedule> schedule) {
        return new OrderPolicy.Spaced(
                ConfidenceMeasure.NEGATIVE_ENTROPY,
                ConfidenceLogits.CONDITIONAL,
                locality,
                new OrderNoise.OfLogarithm(noise),
                spacing,
                schedule);
    }

    private static DecodedTokens decode(
            long seed, AnyOrderTransformer model, OrderPolicy policy, KnownTokens known, DecodingListener listener) {
        return new AnyOrderDecoder(model)
                .decode(new DecodingRequest(
                        new int[] {0, 2},
                        new long[] {0, 1},
                        seed,
                        policy,
                        new TokenSource.Sampled(new SamplingFilter(0.9, 7, 0.95)),
                        ClassifierFreeGuidance.OFF,
                        known,
                        listener));
    }

    /** What each step fills. */
    private static final class Steps implements DecodingListener {
        private final List<int[][]> filled = new ArrayList<>();

        @Override
        public void stepped(Progress progress) {}

        @Override
        public void predicted(int[][] cells, Tensor logits) {
            filled.add(cells);
        }
    }
}
