package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemory.class)
class OrderNetworkTests {
    private static final TokenGrid GRID = new TokenGrid(3, 4);
    private static final OrderNetwork.Inputs INPUTS = new OrderNetwork.Inputs(GRID, 11, 5);
    private static final OrderNetworkConfig SMALL = new OrderNetworkConfig(32, 2, 4);

    @Test
    void aFreshNetworkPrefersNoCell() {
        try (OrderNetwork network = OrderNetwork.initialise(SMALL, INPUTS, 1)) {
            assertThat(scores(network, filled(1, 3, 5), new int[][] {{1}, {}, {0, 4}}))
                    .containsOnly(0);
        }
    }

    @Test
    void scoresAreThoseOfARowAloneWhateverStandsBesideIt() {
        for (long seed = 0; seed < 4; seed++) {
            try (OrderNetwork network = TinyModels.orderNetwork(INPUTS, seed, torch.ScalarType.Double)) {
                Filled first = filled(seed, 3, 5);
                Filled second = filled(seed + 100, 3, 5);
                second.cells()[1] = first.cells()[1];
                second.tokens()[1] = first.tokens()[1];
                double[] one = scores(network, first, new int[][] {{1}, {2, 3, 3}, {0}});
                double[] other = scores(network, second, new int[][] {{}, {2, 3, 3}, {4, 1}});
                int row = 6 * GRID.cells();
                assertThat(Arrays.copyOfRange(one, row, 2 * row))
                        .as("seed %s", seed)
                        .isEqualTo(Arrays.copyOfRange(other, row, 2 * row));
                assertThat(Arrays.copyOf(one, row)).isNotEqualTo(Arrays.copyOf(other, row));
            }
        }
    }

    @Test
    void scoresDependOnTheConditionAndAllThatIsFilledAndOnNothingLater() {
        int filled = 6;
        try (OrderNetwork network = TinyModels.orderNetwork(INPUTS, 2, torch.ScalarType.Double)) {
            Filled plain = filled(3, 1, filled);
            double[] before = scores(network, plain, new int[][] {{1}});
            for (int changed = 0; changed < filled; changed++) {
                int[][] tokens = {plain.tokens()[0].clone()};
                tokens[0][changed] = (tokens[0][changed] + 1) % INPUTS.vocabularySize();
                double[] after = scores(network, new Filled(plain.cells(), tokens), new int[][] {{1}});
                for (int context = 0; context <= filled; context++) {
                    double[] was = context(before, context);
                    double[] is = context(after, context);
                    for (int cell = 0; cell < GRID.cells(); cell++) {
                        assertThat(is[cell] == was[cell])
                                .as("cell %s after %s, token %s changed", cell, context, changed)
                                .isEqualTo(context <= changed);
                    }
                }
            }
            double[] other = scores(network, plain, new int[][] {{2}});
            double[] without = scores(network, plain, new int[][] {{}});
            for (int context = 0; context <= filled; context++) {
                assertThat(context(other, context)).isNotEqualTo(context(before, context));
                assertThat(context(without, context)).isNotEqualTo(context(before, context));
            }
        }
    }

    @Test
    void stepByStepScoresAreThoseOfAllStepsAtOnce() {
        int cells = GRID.cells();
        int[][] ids = {{1}, {}, {0, 4}};
        for (long seed = 0; seed < 4; seed++) {
            try (OrderNetwork network = TinyModels.orderNetwork(INPUTS, seed, torch.ScalarType.Double)) {
                Filled all = filled(seed, 3, cells);
                double[] expected = scores(network, all, ids);
                for (int[] steps : new int[][] {{0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, {5, 1, 3, 2, 1}, {12}}) {
                    TensorScope.run(() -> {
                        OrderHistory history = new OrderHistory(network, ids);
                        int seen = 0;
                        for (int step : steps) {
                            Tensor scores =
                                    history.scores(part(all.cells(), seen, step), part(all.tokens(), seen, step));
                            seen += step;
                            for (int row = 0; row < 3; row++) {
                                int from = (row * (cells + 1) + seen) * cells;
                                double[] wanted = Arrays.copyOfRange(expected, from, from + cells);
                                double[] found = Tensors.doubles(scores.select(0, row));
                                for (int cell = 0; cell < cells; cell++) {
                                    assertThat(found[cell])
                                            .as("row %s, cell %s after %s", row, cell, seen)
                                            .isCloseTo(wanted[cell], within(1e-12));
                                }
                            }
                        }
                    });
                }
            }
        }
    }

    @Test
    void aHistoryTakesInWhatIsNewAndNoMoreCellsThanThereAre() {
        try (OrderNetwork network = TinyModels.orderNetwork(INPUTS, 1, torch.ScalarType.Double)) {
            TensorScope.run(() -> {
                OrderHistory history = new OrderHistory(network, new int[][] {{1}});
                Filled all = filled(1, 1, GRID.cells());
                var unused = history.scores(part(all.cells(), 0, 4), part(all.tokens(), 0, 4));
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> history.scores(part(all.cells(), 4, 0), part(all.tokens(), 4, 0)))
                        .withMessageContaining("at least one cell a step and 12 in all, but has 4 and was given 0");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> history.scores(part(all.cells(), 0, 9), part(all.tokens(), 0, 9)))
                        .withMessageContaining("but has 4 and was given 9");
            });
        }
    }

    @Test
    void aReplicaScoresAlikeInTheSameMemory() {
        try (OrderNetwork network = TinyModels.orderNetwork(INPUTS, 4, torch.ScalarType.Float);
                OrderNetwork replica = network.replica()) {
            int[][] ids = {{1}, {2}};
            assertThat(scores(replica, filled(5, 2, 4), ids)).isEqualTo(scores(network, filled(5, 2, 4), ids));
            TensorScope.run(
                    () -> network.weights().get("cell_embeddings.weight").zero_());
            assertThat(replica.fingerprint()).isEqualTo(network.fingerprint());
        }
    }

    @Test
    void idsAndWeightsThatDoNotFitAreRefused() {
        try (OrderNetwork network = OrderNetwork.initialise(SMALL, INPUTS, 1)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TensorScope.run(() -> network.conditions(new int[][] {{5}})))
                    .withMessageContaining("must lie in 0 .. 4 for this order network, but one is 5");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new OrderNetwork(
                            SMALL, new OrderNetwork.Inputs(TokenGrid.square(2), 11, 5), network.weights()))
                    .withMessageContaining("cell_embeddings.weight");
        }
    }

    @Test
    void aNetworkWithoutConditionsTakesAnyAndSeesNone() {
        OrderNetwork.Inputs blind = new OrderNetwork.Inputs(GRID, 11, 0);
        try (OrderNetwork network = TinyModels.orderNetwork(blind, 6, torch.ScalarType.Float)) {
            assertThat(scores(network, filled(7, 1, 4), new int[][] {{99}}))
                    .isEqualTo(scores(network, filled(7, 1, 4), new int[][] {{}}));
        }
    }

    @Test
    void aCaptionIsItsWordsAClassItselfAndNoConditionNothing() {
        TokenizedCaptions captions = TokenizedCaptions.of(List.of(new int[] {7, 9, 7}, new int[] {3}), new int[] {5});
        try (AnyOrderTransformer reading =
                        TinyModels.reading(Formulation.DUAL_POSITION, GRID, 1, torch.ScalarType.Float);
                AnyOrderTransformer captioned = reading.withCaptions(captions);
                AnyOrderTransformer packed = captioned.packed(WeightFormat.FLOAT32);
                AnyOrderTransformer embedded =
                        TinyModels.captioned(Formulation.DUAL_POSITION, GRID, 1, torch.ScalarType.Float);
                AnyOrderTransformer classes =
                        TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 1, torch.ScalarType.Float)) {
            assertThat(packed.conditionIds(0)).containsExactly(7, 9, 7);
            assertThat(packed.conditionIds(1)).containsExactly(3);
            assertThat(packed.conditionIds(2)).isEmpty();
            assertThat(embedded.conditionIds(0)).isEmpty();
            assertThat(classes.conditionIds(2)).containsExactly(2);
            assertThat(classes.conditionIds(3)).isEmpty();
        }
    }

    /** Cells in the sequence in which they were filled, and their tokens. */
    private record Filled(int[][] cells, int[][] tokens) {}

    private static Filled filled(long seed, int rows, int count) {
        int[][] cells = new int[rows][];
        int[][] tokens = new int[rows][count];
        for (int row = 0; row < rows; row++) {
            CounterRandom random = CounterRandom.of(seed, "rows").derive(row);
            cells[row] = Arrays.copyOf(
                    GenerationOrder.uniform(GRID.cells(), random.derive(1)).toArray(), count);
            Arrays.setAll(tokens[row], at -> random.integer(INPUTS.vocabularySize(), at));
        }
        return new Filled(cells, tokens);
    }

    private static Tensor part(int[][] rows, int from, int count) {
        return Tensors.of(rows).narrow(1, from, count);
    }

    private static double[] context(double[] scores, int filled) {
        return Arrays.copyOfRange(scores, filled * GRID.cells(), (filled + 1) * GRID.cells());
    }

    /** {@code [rows, 1 + filled, cells]}. */
    private static double[] scores(OrderNetwork network, Filled filled, int[][] ids) {
        return TensorScope.compute(() -> Tensors.withoutGradient(() -> Tensors.doubles(
                network.scores(Tensors.of(filled.cells()), Tensors.of(filled.tokens()), network.conditions(ids)))));
    }
}
