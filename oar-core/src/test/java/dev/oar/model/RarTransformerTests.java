package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.order.TokenGrid;
import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The laws of the network itself; those of its decoding state are in {@link DecodingStateLawsTests}. */
@ExtendWith(NativeMemory.class)
class RarTransformerTests {
    private static final TokenGrid GRID = CommittedWalk.GRID;
    private static final int CELLS = GRID.cells();
    private static final int BATCH = CommittedWalk.BATCH;
    private static final TokenSpace SPACE = new TokenSpace(GRID, 11, 3);
    private static final double TOLERANCE = 1e-11;

    @Test
    void tablesHaveTheRowsOfThePublishedCheckpoints() {
        RarConfig config = RarConfig.of(64, 3, 4);
        Map<String, long[]> small = RarTransformer.shapes(config, new TokenSpace(TokenGrid.square(4), 96, 10));
        assertThat(small.get("pos_embed")).containsExactly(1, 1040, 64);
        assertThat(small.get("timesteps_embeddings")).containsExactly(1, 116, 64);
        assertThat(small.get("embeddings.weight")).containsExactly(108, 64);
        Map<String, long[]> large = RarTransformer.shapes(config, new TokenSpace(TokenGrid.square(16), 1024, 1000));
        assertThat(large.get("target_aware_pos_embed")).containsExactly(1, 1280, 64);
        assertThat(large.get("timesteps_embeddings")).containsExactly(1, 356, 64);
        assertThat(large.get("embeddings.weight")).containsExactly(2026, 64);
    }

    @Test
    void feedForwardNetworksAreFourTimesAsWideUnlessAWidthIsNamed() {
        assertThat(RarTransformer.shapes(RarConfig.of(768, 24, 16), SPACE).get("blocks.23.mlp.fc1.weight"))
                .containsExactly(3072, 768);
        RarConfig largest = new RarConfig(1408, 40, 16, Optional.of(6144), TrainedOrders.RASTER, 1e-6, 0.1, 0.1);
        assertThat(RarTransformer.shapes(largest, SPACE).get("blocks.39.mlp.fc2.weight"))
                .containsExactly(1408, 6144);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3})
    void predictionsDependOnEarlierTokensOnlyAndOnTheCellAskedFor(long seed) {
        try (RarTransformer model = TinyModels.rar(TrainedOrders.ANY, GRID, seed, torch.ScalarType.Double);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(seed);
            Tensor before = walk.logits(model);
            for (int b = 0; b < BATCH; b++) {
                walk.tokens[b][walk.orders[b][6]] = (walk.tokens[b][walk.orders[b][6]] + 1) % 11;
            }
            Tensor after = walk.logits(model);
            Golden.assertClose("seed " + seed, after.narrow(1, 0, 7), before.narrow(1, 0, 7), TOLERANCE);
            assertThat(Tensors.doubles(after.select(1, 7)))
                    .as("seed " + seed)
                    .isNotEqualTo(Tensors.doubles(before.select(1, 7)));
            for (int[] order : walk.orders) {
                int moved = order[8];
                order[8] = order[9];
                order[9] = moved;
            }
            Tensor swapped = walk.logits(model);
            Golden.assertClose("seed " + seed, swapped.narrow(1, 0, 8), after.narrow(1, 0, 8), TOLERANCE);
            assertThat(Tensors.doubles(swapped.select(1, 8)))
                    .as("seed " + seed)
                    .isNotEqualTo(Tensors.doubles(after.select(1, 8)));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3})
    void thePositionBehindTheLastTokenChangesNoPrediction(long seed) {
        try (RarTransformer model = TinyModels.rar(TrainedOrders.ANY, GRID, seed, torch.ScalarType.Double);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(seed);
            Tensor all = model.logitsToTheEnd(
                    Tensors.of(walk.tokens), Tensors.of(walk.conditions, BATCH), Tensors.of(walk.orders));
            assertThat(all.shape()).containsExactly(BATCH, CELLS + 1, 11);
            Golden.assertClose("seed " + seed, all.narrow(1, 0, CELLS), walk.logits(model), TOLERANCE);
        }
    }

    @Test
    void rowsOfABatchDoNotSeeEachOther() {
        try (RarTransformer model = TinyModels.rar(TrainedOrders.ANY, GRID, 4, torch.ScalarType.Double);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(4);
            Tensor together = walk.logits(model);
            for (int b = 0; b < BATCH; b++) {
                Tensor alone = model.logits(
                        Tensors.of(new int[][] {walk.tokens[b]}),
                        Tensors.of(new int[] {walk.conditions[b]}, 1),
                        Tensors.of(new int[][] {walk.orders[b]}),
                        false);
                Golden.assertClose("row " + b, together.narrow(0, b, 1), alone, TOLERANCE);
            }
        }
    }

    @Test
    void dropoutActsInTrainingOnlyAndOnlyIfConfigured() {
        RarConfig config = RarConfig.of(32, 2, 4).trainedFor(TrainedOrders.ANY);
        try (RarTransformer without = TinyModels.rar(TrainedOrders.ANY, GRID, 6, torch.ScalarType.Double);
                RarTransformer with =
                        RarTransformer.of(config, SPACE, without.weights().copy());
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(6);
            Tensor tokens = Tensors.of(walk.tokens);
            Tensor conditions = Tensors.of(walk.conditions, BATCH);
            Tensor orders = Tensors.of(walk.orders);
            double[] expected = Tensors.doubles(without.logits(tokens, conditions, orders, false));
            assertThat(Tensors.doubles(without.logits(tokens, conditions, orders, true)))
                    .isEqualTo(expected);
            assertThat(Tensors.doubles(with.logits(tokens, conditions, orders, false)))
                    .isEqualTo(expected);
            torch.manual_seed(6);
            double[] dropped = Tensors.doubles(with.logits(tokens, conditions, orders, true));
            assertThat(dropped).isNotEqualTo(expected);
            torch.manual_seed(6);
            assertThat(Tensors.doubles(with.logits(tokens, conditions, orders, true)))
                    .isEqualTo(dropped);
        }
    }

    @Test
    void bfloat16StaysNearFloat32AndItsGradientsReachTheWeights() {
        try (RarTransformer model = TinyModels.rar(TrainedOrders.ANY, GRID, 7, torch.ScalarType.Float);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(7);
            Tensor precise = walk.logits(model);
            model.weights().requireGradient(true);
            Tensor rough = Precision.BFLOAT16.forward(() -> walk.logits(model));
            Golden.assertClose("logits", rough, precise, 0.05);
            rough.to(torch.ScalarType.Float).mean().backward();
            model.weights()
                    .asMap()
                    .forEach((name, weight) ->
                            assertThat(weight.grad().defined()).as(name).isTrue());
            model.weights().requireGradient(false);
        }
    }

    @Test
    void freshWeightsAreAFunctionOfTheSeedAndTheirBlocksChangeNothing() {
        RarConfig config = RarConfig.of(32, 2, 4).trainedFor(TrainedOrders.ANY).withoutDropout();
        try (RarTransformer model = RarTransformer.initialise(config, SPACE, 8);
                RarTransformer same = RarTransformer.initialise(config, SPACE, 8);
                RarTransformer other = RarTransformer.initialise(config, SPACE, 9);
                TensorScope ignored = TensorScope.open()) {
            double[] head = Tensors.doubles(model.weights().get("lm_head.weight"));
            assertThat(Tensors.doubles(same.weights().get("lm_head.weight"))).isEqualTo(head);
            assertThat(Tensors.doubles(other.weights().get("lm_head.weight"))).isNotEqualTo(head);
            CommittedWalk walk = new CommittedWalk(8);
            Tensor before = walk.logits(model);
            for (int b = 0; b < BATCH; b++) {
                walk.tokens[b][walk.orders[b][2]] = (walk.tokens[b][walk.orders[b][2]] + 1) % 11;
            }
            Tensor after = walk.logits(model);
            assertThat(Tensors.doubles(after.select(1, 3))).isNotEqualTo(Tensors.doubles(before.select(1, 3)));
            Golden.assertClose("no block carries it on", after.narrow(1, 4, 8), before.narrow(1, 4, 8), 0);
        }
    }

    @Test
    void aRasterModelAnswersInRasterOrderAsTheSameWeightsDoForAnyOrder() {
        try (RarTransformer any = TinyModels.rar(TrainedOrders.ANY, GRID, 10, torch.ScalarType.Double);
                RarTransformer raster = TinyModels.rar(TrainedOrders.RASTER, GRID, 10, torch.ScalarType.Double);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(10);
            Tensor tokens = Tensors.of(walk.tokens);
            Tensor conditions = Tensors.of(walk.conditions, BATCH);
            Tensor orders = Tensors.range(0, CELLS).expand(BATCH, CELLS);
            Tensor expected = any.logits(tokens, conditions, orders, false);
            Golden.assertClose("teacher forcing", raster.logits(tokens, conditions, orders, false), expected, 0);
            try (DecodingState state = raster.start(walk.conditions)) {
                for (int cell = 0; cell < CELLS; cell++) {
                    int[][] next = {{cell}, {cell}, {cell}};
                    Tensor peeked = cell % 2 == 0 ? state.peek(next) : state.predictGroup(next);
                    Golden.assertClose("cell " + cell, peeked.select(1, 0), expected.select(1, cell), TOLERANCE);
                    state.commit(next, walk.tokensOf(next));
                }
            }
        }
    }

    @Test
    void weightsForAnyOrderMakeAnAnyOrderModelAndOthersDoNot() {
        for (TrainedOrders orders : TrainedOrders.values()) {
            try (RarTransformer model = TinyModels.rar(orders, GRID, 12, torch.ScalarType.Float);
                    AutoregressiveModel made =
                            model.config().create(SPACE, model.weights().copy())) {
                assertThat(made.trainedOrders()).isEqualTo(orders);
                assertThat(made instanceof AnyOrderModel).as("%s", orders).isEqualTo(orders == TrainedOrders.ANY);
            }
        }
    }

    @Test
    void wrongWeightsAreNamedWithBothShapes() {
        RarConfig config = RarConfig.of(32, 2, 4);
        try (RarTransformer model = RarTransformer.initialise(config, SPACE, 13)) {
            assertRefused(config, new TokenSpace(GRID, 12, 3), model.weights())
                    .hasMessageContaining("embeddings.weight")
                    .hasMessageContaining("[17, 32]")
                    .hasMessageContaining("[16, 32]");
            assertRefused(config, new TokenSpace(TokenGrid.square(4), 11, 3), model.weights())
                    .hasMessageContaining("pos_embed")
                    .hasMessageContaining("[1, 1040, 32]")
                    .hasMessageContaining("[1, 1036, 32]");
            assertRefused(RarConfig.of(32, 3, 4), SPACE, model.weights()).hasMessageContaining("blocks.2.");
            assertRefused(RarConfig.of(32, 1, 4), SPACE, model.weights()).hasMessageContaining("blocks.1.");
            Map<String, Tensor> fewer = new LinkedHashMap<>(model.weights().asMap());
            fewer.remove("cls_token");
            try (Weights incomplete = Weights.owning(fewer)) {
                assertRefused(config, SPACE, incomplete).hasMessageContaining("cls_token");
            }
        }
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
            RarConfig config, TokenSpace space, Weights weights) {
        return assertThatThrownBy(() -> RarTransformer.of(config, space, weights).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the RAR transformer");
    }

    @Test
    void sizesThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> RarConfig.of(30, 2, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("width is 30 and heads is 4");
        assertThatThrownBy(() -> new RarConfig(32, 2, 4, Optional.of(0), TrainedOrders.ANY, 1e-6, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("feed-forward-width");
        assertThatThrownBy(() -> new RarConfig(32, 2, 4, Optional.empty(), TrainedOrders.ANY, 1e-6, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[0, 1)");
    }
}
