package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.Arrays;
import java.util.List;
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
            assertThat(scores(network, rows(1, 3), new int[][] {{1}, {}, {0, 4}}))
                    .containsOnly(0);
        }
    }

    @Test
    void scoresAreThoseOfARowAloneWhateverStandsBesideIt() {
        for (long seed = 0; seed < 4; seed++) {
            try (OrderNetwork network = TinyModels.orderNetwork(INPUTS, seed, torch.ScalarType.Double)) {
                int[][] first = rows(seed, 3);
                int[][] second = rows(seed + 100, 3);
                second[1] = first[1];
                double[] one = scores(network, first, new int[][] {{1}, {2, 3, 3}, {0}});
                double[] other = scores(network, second, new int[][] {{}, {2, 3, 3}, {4, 1}});
                int cells = GRID.cells();
                assertThat(Arrays.copyOfRange(one, cells, 2 * cells))
                        .as("seed %s", seed)
                        .isEqualTo(Arrays.copyOfRange(other, cells, 2 * cells));
                assertThat(Arrays.copyOf(one, cells)).isNotEqualTo(Arrays.copyOf(other, cells));
            }
        }
    }

    @Test
    void everyCellSeesTheTokensOfAllOthersAndTheCondition() {
        try (OrderNetwork network = TinyModels.orderNetwork(INPUTS, 2, torch.ScalarType.Double)) {
            int[][] plain = rows(3, 1);
            double[] before = scores(network, plain, new int[][] {{1}});
            for (int changed = 0; changed < GRID.cells(); changed++) {
                int[][] other = {plain[0].clone()};
                other[0][changed] = (other[0][changed] + 1) % network.open();
                double[] after = scores(network, other, new int[][] {{1}});
                for (int cell = 0; cell < GRID.cells(); cell++) {
                    assertThat(after[cell])
                            .as("cell %s, cell %s changed", cell, changed)
                            .isNotEqualTo(before[cell]);
                }
            }
            assertThat(scores(network, plain, new int[][] {{2}})).isNotEqualTo(before);
            assertThat(scores(network, plain, new int[][] {{}})).isNotEqualTo(before);
        }
    }

    @Test
    void aReplicaScoresAlikeInTheSameMemory() {
        try (OrderNetwork network = TinyModels.orderNetwork(INPUTS, 4, torch.ScalarType.Float);
                OrderNetwork replica = network.replica()) {
            int[][] ids = {{1}, {2}};
            assertThat(scores(replica, rows(5, 2), ids)).isEqualTo(scores(network, rows(5, 2), ids));
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
            assertThat(scores(network, rows(7, 1), new int[][] {{99}}))
                    .isEqualTo(scores(network, rows(7, 1), new int[][] {{}}));
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

    /** Rows of tokens of which about half are open. */
    private static int[][] rows(long seed, int count) {
        int[][] rows = new int[count][GRID.cells()];
        for (int row = 0; row < count; row++) {
            CounterRandom random = CounterRandom.of(seed, "rows").derive(row);
            Arrays.setAll(rows[row], cell -> Math.min(INPUTS.vocabularySize(), random.integer(22, cell)));
        }
        return rows;
    }

    private static double[] scores(OrderNetwork network, int[][] tokens, int[][] ids) {
        return TensorScope.compute(() -> Tensors.withoutGradient(
                () -> Tensors.doubles(network.scores(Tensors.of(tokens), network.conditions(ids)))));
    }
}
