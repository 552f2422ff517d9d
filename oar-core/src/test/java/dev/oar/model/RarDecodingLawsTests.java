package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The laws of the decoding seam, in float64, for a RAR transformer that was trained for any order. */
@ExtendWith(NativeMemory.class)
class RarDecodingLawsTests {
    private static final int CELLS = CommittedWalk.GRID.cells();
    private static final double TOLERANCE = 1e-11;

    private static RarTransformer model(long seed) {
        return TinyModels.rar(TrainedOrders.ANY, CommittedWalk.GRID, seed, torch.ScalarType.Double);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
    void aPeekEqualsWhatAFullForwardSaysAndTheStateEqualsTheCausalForward(long seed) {
        try (RarTransformer model = model(seed);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(seed);
            try (CachedState state = CommittedWalk.start(model, walk.conditions)) {
                for (int step = 0; walk.done < CELLS; step++) {
                    String where = "seed " + seed + " step " + step;
                    int left = CELLS - walk.done;
                    int commit = 1 + walk.random.integer(Math.min(3, left), 10L * step);
                    int[][] remaining = walk.cells(walk.done, CELLS);
                    switch (walk.random.integer(3, 10L * step + 1)) {
                        case 0 -> assertPeekEqualsFullForward(where, model, walk, state, remaining);
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
                    // Every other step what waits goes on riding along, so that both ways of running it are seen.
                    if (step % 2 == 1) {
                        assertSameStateAsOneCausalForward(where, model, walk, state);
                    }
                }
            }
        }
    }

    private static void assertPeekEqualsFullForward(
            String where, RarTransformer model, CommittedWalk walk, CachedState state, int[][] cells) {
        Tensor peeked = state.peek(cells);
        for (int i = 0; i < cells[0].length; i++) {
            Golden.assertClose(
                    where + " candidate " + i, peeked.select(1, i), walk.byFullForward(model, cells, i), TOLERANCE);
        }
    }

    private static void assertSameStateAsOneCausalForward(
            String where, RarTransformer model, CommittedWalk walk, CachedState state) {
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
    @ValueSource(longs = {0, 1, 2, 3})
    void aDynamicOrderThatAdoptsEveryWinnerRunsNothingTwice(long seed) {
        try (RarTransformer model = model(seed);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(seed);
            try (CachedState state = CommittedWalk.start(model, walk.conditions)) {
                for (; walk.done < CELLS; walk.done++) {
                    String where = "seed " + seed + " after " + walk.done;
                    assertPeekEqualsFullForward(where, model, walk, state, walk.cells(walk.done, CELLS));
                    int[][] winner = walk.cells(walk.done, walk.done + 1);
                    state.commit(winner, walk.tokensOf(winner));
                    assertThat(state.cache().length()).as(where).isEqualTo(1 + state.committed());
                }
                assertSameStateAsOneCausalForward("seed " + seed, model, walk, state);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5})
    void candidatesDoNotSeeEachOtherButQueriesOfAGroupSeeEarlierOnes(long seed) {
        try (RarTransformer model = model(seed);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(seed);
            try (CachedState state = CommittedWalk.start(model, walk.conditions)) {
                int[][] known = walk.cells(0, 4);
                state.commit(known, walk.tokensOf(known));
                Tensor alone = state.peek(walk.cells(7, 8)).select(1, 0);
                Tensor last = state.peek(walk.cells(4, 8)).select(1, 3);
                Golden.assertClose("seed " + seed, last, alone, TOLERANCE);
                Tensor group = state.predictGroup(walk.cells(4, 8));
                assertThat(Tensors.doubles(group.select(1, 3)))
                        .as("seed " + seed)
                        .isNotEqualTo(Tensors.doubles(alone));
                Tensor shorter = state.predictGroup(walk.cells(4, 6));
                Golden.assertClose(
                        "seed " + seed + ": later queries change nothing", shorter, group.narrow(1, 0, 2), TOLERANCE);
                int[][] turned = walk.cells(4, 8);
                for (int[] row : turned) {
                    int first = row[0];
                    row[0] = row[1];
                    row[1] = first;
                }
                assertThat(Tensors.doubles(state.predictGroup(turned).select(1, 3)))
                        .as("seed " + seed + ": earlier queries count")
                        .isNotEqualTo(Tensors.doubles(group.select(1, 3)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3})
    void peekingAgainSaysTheSameWhateverWasAskedMeanwhile(long seed) {
        try (RarTransformer model = model(seed);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(seed);
            try (CachedState state = CommittedWalk.start(model, walk.conditions)) {
                int[][] known = walk.cells(0, 3);
                state.commit(known, walk.tokensOf(known));
                int[][] candidates = walk.cells(3, 9);
                Tensor first = state.peek(candidates);
                Tensor others = state.predictGroup(walk.cells(9, CELLS));
                assertThat(others.shape()).containsExactly(CommittedWalk.BATCH, CELLS - 9, 11);
                Golden.assertClose("seed " + seed, state.peek(candidates), first, TOLERANCE);
                assertThat(state.committed()).isEqualTo(3);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3})
    void rowsOfABatchDoNotSeeEachOther(long seed) {
        try (RarTransformer model = model(seed);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(seed);
            int[][] known = walk.cells(0, 5);
            int[][] candidates = walk.cells(5, CELLS);
            Tensor together;
            try (CachedState state = CommittedWalk.start(model, walk.conditions)) {
                state.commit(known, walk.tokensOf(known));
                together = state.peek(candidates);
            }
            for (int b = 0; b < CommittedWalk.BATCH; b++) {
                try (CachedState state = CommittedWalk.start(model, new int[] {walk.conditions[b]})) {
                    state.commit(new int[][] {known[b]}, new int[][] {walk.tokensOf(known)[b]});
                    Tensor alone = state.peek(new int[][] {candidates[b]});
                    Golden.assertClose("seed " + seed + " row " + b, together.narrow(0, b, 1), alone, TOLERANCE);
                }
            }
        }
    }

    @Test
    void badRequestsAreRefusedWithOneSentenceAndLeaveTheStateAsItWas() {
        try (RarTransformer model = model(1)) {
            assertThatThrownBy(() -> model.start(new int[] {9}).close())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0 .. 3");
            try (CachedState state = CommittedWalk.start(model, new int[] {0})) {
                state.commit(new int[][] {{4}}, new int[][] {{10}});
                assertRefused("1 rows", () -> state.peek(new int[][] {{0}, {1}}));
                assertRefused("cell 12", () -> state.peek(new int[][] {{0, 12}}));
                assertRefused("cell 4, which is filled", () -> state.peek(new int[][] {{0, 4}}));
                assertRefused("cell -1", () -> state.predictGroup(new int[][] {{-1}}));
                assertRefused("cell 4, which is filled", () -> state.commit(new int[][] {{4}}, new int[][] {{1}}));
                // A class must not pass for a token, although both stand in one table.
                assertRefused("0 .. 10", () -> state.commit(new int[][] {{5}}, new int[][] {{12}}));
                assertRefused("2 cells", () -> state.commit(new int[][] {{5, 6}}, new int[][] {{1}}));
                assertThat(state.committed()).isEqualTo(1);
            }
        }
    }

    private static void assertRefused(String what, ThrowingCallable request) {
        assertThatThrownBy(request).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(what);
    }

    @Test
    void theAnyOrderModelAnswersAsItsTransformer() {
        try (RarTransformer model = model(2);
                TensorScope ignored = TensorScope.open()) {
            AnyOrderModel anyOrder = model.anyOrder();
            CommittedWalk walk = new CommittedWalk(2);
            assertThat(anyOrder.space()).isEqualTo(model.space());
            assertThat(anyOrder.weights()).isSameAs(model.weights());
            Golden.assertClose("teacher forcing", walk.logits(anyOrder), walk.logits(model), 0);
            try (DecodingState state = anyOrder.start(walk.conditions)) {
                walk.done = 2;
                int[][] known = walk.cells(0, 2);
                state.commit(known, walk.tokensOf(known));
                int[][] candidates = walk.cells(2, CELLS);
                Golden.assertClose(
                        "peek",
                        state.peek(candidates).select(1, 0),
                        walk.byFullForward(model, candidates, 0),
                        TOLERANCE);
                Golden.assertClose(
                        "group",
                        state.predictGroup(candidates).select(1, 0),
                        walk.byFullForward(model, candidates, 0),
                        TOLERANCE);
            }
        }
    }
}
