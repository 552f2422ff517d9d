package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class ResolutionExtrapolationTests {
    private static final TokenGrid GRID = new TokenGrid(2, 2);
    private static final int COARSE = 4;
    private static final int CELLS = 16;
    private static final int VOCABULARY = 11;
    private static final GuidanceScale NONE = new GuidanceScale.Linear(1, 1);
    private static final GuidanceScale STRONG = new GuidanceScale.Linear(2, 3);

    private static AnyOrderTransformer model(long seed, torch.ScalarType type) {
        return TinyModels.transformer(Formulation.POSITION_INSTRUCTION, GRID, seed, type);
    }

    private static ExtrapolationRequest request(
            long seed, int[] conditions, long[] images, int steps, SamplingFilter filter, SpatialGuidance guidance) {
        List<GenerationOrder> orders = LongStream.of(images)
                .mapToObj(image -> GenerationOrder.uniform(
                        CELLS, CounterRandom.of(seed, "orders").derive(image)))
                .toList();
        return new ExtrapolationRequest(conditions, images, seed, orders, steps, filter, guidance);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 16})
    void theCoarseCellsHoldTheImageThatTheModelDrawsOnItsOwnGrid(int steps) {
        try (AnyOrderTransformer model = model(1, torch.ScalarType.Double);
                ResolutionExtrapolation extrapolation = new ResolutionExtrapolation(model, 2, 1)) {
            SpatialGuidance guidance = new SpatialGuidance(STRONG, STRONG, 0.5);
            ExtrapolationRequest request = request(
                    1, new int[] {0, 2, 3}, new long[] {7, 8, 9}, steps, new SamplingFilter(0.9, 7, 1), guidance);
            DecodedTokens drawn = extrapolation.decode(request);
            DecodedTokens own = new AnyOrderDecoder(model)
                    .decode(new DecodingRequest(
                            request.conditions(),
                            request.imageIndices(),
                            1,
                            new OrderPolicy.GivenOrders(
                                    request.orders().stream()
                                            .map(extrapolation.grid()::coarseOrder)
                                            .toList(),
                                    steps),
                            new TokenSource.Sampled(request.filter()),
                            new ClassifierFreeGuidance(STRONG),
                            KnownTokens.none()));
            for (int row = 0; row < 3; row++) {
                for (int cell = 0; cell < COARSE; cell++) {
                    assertThat(drawn.tokens()[row][extrapolation.grid().enlargedCell(cell)])
                            .as("row %s, cell %s", row, cell)
                            .isEqualTo(own.tokens()[row][cell]);
                }
                assertThat(drawn.orders().get(row))
                        .isEqualTo(extrapolation
                                .grid()
                                .coarseFirst(request.orders().get(row)));
                assertThat(drawn.tokens()[row]).hasSize(CELLS);
                assertThat(Arrays.stream(drawn.tokens()[row])).allMatch(token -> token >= 0 && token < VOCABULARY);
            }
        }
    }

    @Test
    void everyStepSaysWhatAFullForwardOnTheEnlargedGridSays() {
        try (AnyOrderTransformer model = model(2, torch.ScalarType.Double);
                AnyOrderTransformer enlarged = model.enlarged(2, 1);
                ResolutionExtrapolation extrapolation = new ResolutionExtrapolation(model, 2, 1);
                TensorScope ignored = TensorScope.open()) {
            ExtrapolationRequest request =
                    request(2, new int[] {1, 2}, new long[] {0, 1}, 0, SamplingFilter.NONE, SpatialGuidance.OFF);
            List<double[]> steps = new ArrayList<>();
            int[][] coarse = {{1, 2, 3, 4}, {10, 9, 8, 7}};
            DecodingListener keeping = new DecodingListener() {
                @Override
                public void stepped(Progress progress) {}

                @Override
                public void predicted(int[][] cells, Tensor logits) {
                    steps.add(Tensors.doubles(logits));
                }
            };
            DecodedTokens drawn = extrapolation.refine(request, coarse, new boolean[2][COARSE], keeping);
            Tensor logits = enlarged.logits(
                    Tensors.of(drawn.tokens()),
                    Tensors.of(request.conditions(), 2),
                    Tensors.of(drawn.orders().stream()
                            .map(GenerationOrder::toArray)
                            .toArray(int[][]::new)),
                    false);
            assertThat(steps).hasSize(CELLS - COARSE);
            for (int step = 0; step < steps.size(); step++) {
                Golden.assertClose(
                        "step " + step,
                        Tensors.of(steps.get(step), 2, VOCABULARY),
                        logits.select(1, COARSE + step),
                        1e-11);
            }
        }
    }

    @Test
    void guidanceComparesThreeBranches() {
        try (TensorScope ignored = TensorScope.open()) {
            List<Tensor> branches = List.of(
                    Tensors.of(new double[] {5, 7}, 1, 2),
                    Tensors.of(new double[] {2, 3}, 1, 2),
                    Tensors.of(new double[] {11, 13}, 1, 2));
            SpatialGuidance both =
                    new SpatialGuidance(new GuidanceScale.Linear(2, 4), new GuidanceScale.Linear(3, 5), 0.5);
            assertThat(both.branches(0)).isEqualTo(3);
            // Half of the cells are filled: scales 3 and 4; 11 + 3 * (5 - 2) + 4 * (2 - 11), and so on.
            assertThat(Tensors.doubles(both.guide(branches, 8, 1, 16))).containsExactly(-16, -15);
            SpatialGuidance byClass = new SpatialGuidance(new GuidanceScale.Linear(2, 4), NONE, 0.5);
            assertThat(byClass.branches(0)).isEqualTo(2);
            assertThat(Tensors.doubles(byClass.guide(branches.subList(0, 2), 8, 1, 16)))
                    .containsExactly(11, 15);
            assertThat(SpatialGuidance.OFF.branches(0)).isEqualTo(1);
        }
    }

    @Test
    void spatialGuidanceDoesNothingWhileNothingIsMasked() {
        try (AnyOrderTransformer model = model(3, torch.ScalarType.Double);
                ResolutionExtrapolation extrapolation = new ResolutionExtrapolation(model, 2, 1)) {
            int[] conditions = {1, 2};
            DecodedTokens byClass = extrapolation.decode(request(
                    3,
                    conditions,
                    new long[] {0, 1},
                    6,
                    SamplingFilter.GREEDY,
                    new SpatialGuidance(STRONG, NONE, 0.5)));
            DecodedTokens nothingMasked = extrapolation.decode(request(
                    3,
                    conditions,
                    new long[] {0, 1},
                    6,
                    SamplingFilter.GREEDY,
                    new SpatialGuidance(STRONG, STRONG, 0)));
            DecodedTokens masked = extrapolation.decode(request(
                    3,
                    conditions,
                    new long[] {0, 1},
                    6,
                    SamplingFilter.GREEDY,
                    new SpatialGuidance(STRONG, STRONG, 1)));
            assertThat(nothingMasked.tokens()).isDeepEqualTo(byClass.tokens());
            assertThat(Arrays.deepEquals(masked.tokens(), byClass.tokens())).isFalse();
        }
    }

    @Test
    void anImageDoesNotDependOnItsNeighboursAtEqualBatchSize() {
        try (AnyOrderTransformer model = model(4, torch.ScalarType.Float);
                ResolutionExtrapolation extrapolation = new ResolutionExtrapolation(model, 2, 2)) {
            SpatialGuidance guidance = new SpatialGuidance(STRONG, STRONG, 0.5);
            DecodedTokens first = extrapolation.decode(
                    request(4, new int[] {0, 1, 2}, new long[] {5, 6, 7}, 0, SamplingFilter.NONE, guidance));
            DecodedTokens second = extrapolation.decode(
                    request(4, new int[] {3, 0, 2}, new long[] {9, 8, 7}, 0, SamplingFilter.NONE, guidance));
            assertThat(second.tokens()[2]).isEqualTo(first.tokens()[2]);
            assertThat(second.tokens()[0]).isNotEqualTo(first.tokens()[0]);
        }
    }

    @Test
    void badRequestsAreRefusedWithOneSentence() {
        assertThatThrownBy(() -> new SpatialGuidance(NONE, NONE, 1.5)).hasMessageContaining("masked-share");
        assertThatThrownBy(() -> new ExtrapolationRequest(
                        new int[] {0}, new long[] {0, 1}, 0, List.of(), 0, SamplingFilter.NONE, SpatialGuidance.OFF))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2, 0 and 1");
        try (AnyOrderTransformer model = model(5, torch.ScalarType.Float);
                ResolutionExtrapolation extrapolation = new ResolutionExtrapolation(model, 2, 1)) {
            ExtrapolationRequest otherGrid = new ExtrapolationRequest(
                    new int[] {0},
                    new long[] {0},
                    0,
                    List.of(GenerationOrder.raster(9)),
                    0,
                    SamplingFilter.NONE,
                    SpatialGuidance.OFF);
            assertThatThrownBy(() -> extrapolation.decode(otherGrid)).hasMessageContaining("4 x 4");
            ExtrapolationRequest request =
                    request(1, new int[] {0, 1}, new long[] {0, 1}, 0, SamplingFilter.NONE, SpatialGuidance.OFF);
            assertThatThrownBy(() -> extrapolation.refine(
                            request, new int[1][COARSE], new boolean[1][COARSE], DecodingListener.NONE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("2");
        }
    }
}
