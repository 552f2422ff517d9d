package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The laws of the decoding seam, in float64, for both formulations. */
@ExtendWith(NativeMemory.class)
class DecodingStateLawsTests {
    private static final TokenGrid GRID = CommittedWalk.GRID;
    private static final int BATCH = CommittedWalk.BATCH;
    private static final double TOLERANCE = 1e-11;

    static Stream<Arguments> formulationsAndSeeds() {
        return Stream.of(Formulation.values())
                .flatMap(formulation -> LongStream.range(0, 12).mapToObj(seed -> Arguments.of(formulation, seed)));
    }

    @ParameterizedTest
    @MethodSource("formulationsAndSeeds")
    void aPeekEqualsWhatAFullForwardSaysAndTheStateEqualsTheCausalForward(Formulation formulation, long seed) {
        try (AnyOrderTransformer model = TinyModels.transformer(formulation, GRID, seed, torch.ScalarType.Double);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(seed);
            try (CachedState state = CommittedWalk.start(model, walk.conditions)) {
                for (int step = 0; walk.done < GRID.cells(); step++) {
                    String where = "seed " + seed + " step " + step;
                    int left = GRID.cells() - walk.done;
                    int commit = 1 + walk.random.integer(Math.min(3, left), 10L * step);
                    int[][] remaining = walk.cells(walk.done, GRID.cells());
                    switch (walk.random.integer(3, 10L * step + 1)) {
                        case 0 -> {
                            Tensor peeked = state.peek(remaining);
                            for (int i = 0; i < left; i++) {
                                Golden.assertClose(
                                        where + " candidate " + i,
                                        peeked.select(1, i),
                                        walk.byFullForward(model, remaining, i),
                                        TOLERANCE);
                            }
                        }
                        case 1 -> {
                            Tensor group = state.predictGroup(walk.cells(walk.done, walk.done + commit));
                            Golden.assertClose(
                                    where + " first of group",
                                    group.select(1, 0),
                                    walk.byFullForward(model, remaining, 0),
                                    TOLERANCE);
                        }
                        default -> assertThat(state.committed()).as(where).isEqualTo(walk.done);
                    }
                    int[][] cells = walk.cells(walk.done, walk.done + commit);
                    state.commit(cells, walk.tokensOf(cells));
                    walk.done += commit;
                    assertSameStateAsOneCausalForward(where, model, walk, state, step);
                }
            }
        }
    }

    private static void assertSameStateAsOneCausalForward(
            String where, AnyOrderTransformer model, CommittedWalk walk, CachedState state, int step) {
        if (step % 2 == 0) {
            // Every other step what waits goes on riding along, so that both ways of running it are seen.
            return;
        }
        state.flush();
        try (CachedState causal = CommittedWalk.start(model, walk.conditions)) {
            int[][] cells = walk.cells(0, walk.done);
            causal.commit(cells, walk.tokensOf(cells));
            causal.flush();
            assertThat(state.cache().length())
                    .as(where)
                    .isEqualTo(causal.cache().length());
            for (int layer = 0; layer < model.config().layers(); layer++) {
                Golden.assertClose(
                        where + " keys " + layer,
                        state.cache().committedKeys(layer),
                        causal.cache().committedKeys(layer),
                        TOLERANCE);
                Golden.assertClose(
                        where + " values " + layer,
                        state.cache().committedValues(layer),
                        causal.cache().committedValues(layer),
                        TOLERANCE);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("formulationsAndSeeds")
    void candidatesDoNotSeeEachOtherButQueriesOfAGroupSeeEarlierOnes(Formulation formulation, long seed) {
        try (AnyOrderTransformer model = TinyModels.transformer(formulation, GRID, seed, torch.ScalarType.Double);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(seed);
            try (CachedState state = CommittedWalk.start(model, walk.conditions)) {
                int[][] known = walk.cells(0, 4);
                state.commit(known, walk.tokensOf(known));
                Tensor alone = state.peek(walk.cells(7, 8)).select(1, 0);
                Tensor last = state.peek(walk.cells(4, 8)).select(1, 3);
                Golden.assertClose("seed " + seed, last, alone, TOLERANCE);
                Tensor group = state.predictGroup(walk.cells(4, 8));
                Tensor inGroup = group.select(1, 3);
                assertDiffers("seed " + seed + ": an earlier query is seen", inGroup, alone);
                int[][] another = walk.cells(4, 8);
                for (int b = 0; b < BATCH; b++) {
                    another[b][0] = walk.orders[b][8];
                }
                assertDiffers(
                        "seed " + seed + ": it matters which",
                        inGroup,
                        state.predictGroup(another).select(1, 3));
                Tensor shorter = state.predictGroup(walk.cells(4, 6));
                Golden.assertClose(
                        "seed " + seed + ": later queries change nothing", shorter, group.narrow(1, 0, 2), TOLERANCE);
            }
        }
    }

    /** Every row differs by far more than rounding in float64 explains. */
    private static void assertDiffers(String where, Tensor logits, Tensor others) {
        for (int b = 0; b < BATCH; b++) {
            double[] row = Tensors.doubles(logits.select(0, b));
            double[] other = Tensors.doubles(others.select(0, b));
            double largest = IntStream.range(0, row.length)
                    .mapToDouble(token -> Math.abs(row[token] - other[token]))
                    .max()
                    .orElseThrow();
            assertThat(largest).as(where + ", row " + b).isGreaterThan(1e-6);
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void predictionsDependOnCommittedCellsAloneNotOnLaterTokens(Formulation formulation) {
        try (AnyOrderTransformer model = TinyModels.transformer(formulation, GRID, 5, torch.ScalarType.Double);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(5);
            Tensor orders = Tensors.of(walk.orders);
            Tensor conditions = Tensors.of(walk.conditions, BATCH);
            Tensor before = model.logits(Tensors.of(walk.tokens), conditions, orders, false);
            List<Integer> changed = new ArrayList<>();
            for (int b = 0; b < BATCH; b++) {
                int cell = walk.orders[b][6];
                walk.tokens[b][cell] = (walk.tokens[b][cell] + 1) % 11;
                changed.add(cell);
            }
            Tensor after = model.logits(Tensors.of(walk.tokens), conditions, orders, false);
            Golden.assertClose("up to step 6 of " + changed, after.narrow(1, 0, 7), before.narrow(1, 0, 7), TOLERANCE);
            assertDiffers("step 7 of " + changed, after.select(1, 7), before.select(1, 7));
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void badRequestsAreRefusedWithOneSentence(Formulation formulation) {
        try (AnyOrderTransformer model = TinyModels.transformer(formulation, GRID, 1, torch.ScalarType.Float)) {
            assertThatThrownBy(() -> model.start(new int[] {9}).close())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0 .. 3");
            try (DecodingState state = model.start(new int[] {0})) {
                assertThatThrownBy(() -> state.peek(new int[][] {{0}, {1}}))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("1 rows");
            }
        }
    }
}
