package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.model.Architecture.Opened;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The laws of the decoding seam, in float64, for every architecture. */
@ExtendWith(NativeMemory.class)
class DecodingStateLawsTests {
    private static final int CELLS = CommittedWalk.GRID.cells();
    private static final int BATCH = CommittedWalk.BATCH;
    private static final double TOLERANCE = 1e-11;

    static Stream<Arguments> allModels() {
        return Arrays.stream(Architecture.values()).flatMap(architecture -> LongStream.range(0, 12)
                .mapToObj(seed -> Arguments.of(architecture, seed)));
    }

    static Stream<Arguments> anyOrderModels() {
        return Arrays.stream(Architecture.values())
                .filter(architecture -> !architecture.isRaster())
                .flatMap(architecture -> LongStream.range(0, 4).mapToObj(seed -> Arguments.of(architecture, seed)));
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void everyFormulationIsHeldToTheLawsBehindClassesAndCaptions(Formulation formulation) {
        assertThat(Architecture.values())
                .extracting(Architecture::name)
                .contains(formulation.name(), formulation.name() + "_BEHIND_CAPTIONS");
    }

    @ParameterizedTest
    @MethodSource("allModels")
    void aPeekEqualsWhatAFullForwardSaysAndTheStateEqualsTheCausalForward(Architecture architecture, long seed)
            throws Exception {
        try (Opened opened = architecture.open(seed);
                TensorScope ignored = TensorScope.open()) {
            AutoregressiveModel model = opened.model();
            CommittedWalk walk = new CommittedWalk(seed, architecture.isRaster());
            try (CachedState state = CommittedWalk.start(model, walk.conditions)) {
                for (int step = 0; walk.done < CELLS; step++) {
                    String where = "seed " + seed + " step " + step;
                    int count = 1 + walk.random.integer(Math.min(3, CELLS - walk.done), 10L * step);
                    switch (walk.random.integer(3, 10L * step + 1)) {
                        case 0 -> assertPeekEqualsFullForward(where, architecture, model, walk, state);
                        case 1 -> assertGroupBeginsAsAFullForward(where, architecture, model, walk, state, count);
                        default -> assertThat(state.committed()).as(where).isEqualTo(walk.done);
                    }
                    walk.commit(state, walk.done, walk.done + count);
                    walk.done += count;
                    // Every other step what waits goes on riding along, so that both ways of running it are seen.
                    if (step % 2 == 1) {
                        assertSameStateAsOneCausalForward(where, model, walk, state);
                    }
                }
            }
        }
    }

    private static void assertPeekEqualsFullForward(
            String where, Architecture architecture, AutoregressiveModel model, CommittedWalk walk, CachedState state) {
        int[][] cells = walk.cells(walk.done, architecture.isRaster() ? walk.done + 1 : CELLS);
        Tensor peeked = state.peek(cells);
        for (int i = 0; i < cells[0].length; i++) {
            Golden.assertClose(
                    where + " candidate " + i, peeked.select(1, i), walk.byFullForward(model, cells, i), TOLERANCE);
        }
    }

    private static void assertGroupBeginsAsAFullForward(
            String where,
            Architecture architecture,
            AutoregressiveModel model,
            CommittedWalk walk,
            CachedState state,
            int committedNext) {
        int size = architecture.isRaster() ? 1 : committedNext;
        if (architecture.groupsSeeTokensRatherThanQueries()) {
            // Not exactly the cells that are committed, for the state would not be that of a causal forward then.
            size++;
        }
        if (walk.done + size > CELLS) {
            return;
        }
        int[][] cells = walk.cells(walk.done, walk.done + size);
        Golden.assertClose(
                where + " first of group",
                state.predictGroup(cells).select(1, 0),
                walk.byFullForward(model, cells, 0),
                TOLERANCE);
    }

    private static void assertSameStateAsOneCausalForward(
            String where, AutoregressiveModel model, CommittedWalk walk, CachedState state) {
        try (CachedState causal = CommittedWalk.start(model, walk.conditions)) {
            walk.commit(causal, 0, walk.done);
            CommittedWalk.assertSameCache(where, state, causal);
        }
    }

    @ParameterizedTest
    @MethodSource("anyOrderModels")
    void aDynamicOrderThatAdoptsEveryWinnerRunsNothingTwice(Architecture architecture, long seed) throws Exception {
        try (Opened opened = architecture.open(seed);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(seed);
            try (CachedState state = CommittedWalk.start(opened.model(), walk.conditions)) {
                for (; walk.done < CELLS; walk.done++) {
                    String where = "seed " + seed + " after " + walk.done;
                    assertPeekEqualsFullForward(where, architecture, opened.model(), walk, state);
                    walk.commit(state, walk.done, walk.done + 1);
                    assertThat(state.cache().length()).as(where).isEqualTo(architecture.positions(walk.done + 1));
                }
                assertSameStateAsOneCausalForward("seed " + seed, opened.model(), walk, state);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("anyOrderModels")
    void candidatesDoNotSeeEachOtherAndQueriesOfAGroupSeeEarlierOnesAtMost(Architecture architecture, long seed)
            throws Exception {
        try (Opened opened = architecture.open(seed);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(seed);
            try (DecodingState state = opened.model().start(walk.conditions)) {
                walk.commit(state, 0, 4);
                Tensor alone = state.peek(walk.cells(7, 8)).select(1, 0);
                Golden.assertClose(
                        "seed " + seed, state.peek(walk.cells(4, 8)).select(1, 3), alone, TOLERANCE);
                Tensor group = state.predictGroup(walk.cells(4, 8));
                Golden.assertClose(
                        "seed " + seed + ": later queries change nothing",
                        state.predictGroup(walk.cells(4, 6)),
                        group.narrow(1, 0, 2),
                        TOLERANCE);
                int[][] another = walk.cells(4, 8);
                for (int b = 0; b < BATCH; b++) {
                    another[b][0] = walk.orders[b][8];
                }
                Tensor behindAnother = state.predictGroup(another).select(1, 3);
                if (architecture.groupsSeeTokensRatherThanQueries()) {
                    Golden.assertClose("seed " + seed, group.select(1, 3), alone, TOLERANCE);
                    Golden.assertClose("seed " + seed, behindAnother, alone, TOLERANCE);
                } else {
                    assertDiffers("seed " + seed + ": an earlier query is seen", group.select(1, 3), alone);
                    assertDiffers("seed " + seed + ": it matters which", group.select(1, 3), behindAnother);
                }
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
    @MethodSource("anyOrderModels")
    void peekingAgainSaysTheSameWhateverWasAskedMeanwhile(Architecture architecture, long seed) throws Exception {
        try (Opened opened = architecture.open(seed);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(seed);
            try (CachedState state = CommittedWalk.start(opened.model(), walk.conditions);
                    CachedState unasked = CommittedWalk.start(opened.model(), walk.conditions)) {
                walk.commit(state, 0, 3);
                walk.commit(unasked, 0, 3);
                Tensor first = state.peek(walk.cells(3, 9));
                assertThat(state.predictGroup(walk.cells(9, CELLS)).shape()).containsExactly(BATCH, CELLS - 9, 11);
                assertThat(state.peek(new int[BATCH][0]).shape()).containsExactly(BATCH, 0, 11);
                Golden.assertClose("seed " + seed, state.peek(walk.cells(3, 9)), first, TOLERANCE);
                CommittedWalk.assertSameCache("seed " + seed, state, unasked);
                assertThat(state.committed()).isEqualTo(3);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("anyOrderModels")
    void rowsOfABatchDoNotSeeEachOther(Architecture architecture, long seed) throws Exception {
        try (Opened opened = architecture.open(seed);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(seed);
            int[][] known = walk.cells(0, 5);
            int[][] candidates = walk.cells(5, CELLS);
            Tensor together;
            try (DecodingState state = opened.model().start(walk.conditions)) {
                walk.commit(state, 0, 5);
                together = state.peek(candidates);
            }
            for (int b = 0; b < BATCH; b++) {
                try (DecodingState state = opened.model().start(new int[] {walk.conditions[b]})) {
                    state.commit(new int[][] {known[b]}, new int[][] {walk.tokensOf(known)[b]});
                    Tensor alone = state.peek(new int[][] {candidates[b]});
                    Golden.assertClose("seed " + seed + " row " + b, together.narrow(0, b, 1), alone, TOLERANCE);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("anyOrderModels")
    void predictionsDependOnTheConditionAndEarlierTokensAlone(Architecture architecture, long seed) throws Exception {
        try (Opened opened = architecture.open(seed);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(seed);
            Tensor before = walk.logits(opened.model());
            for (int b = 0; b < BATCH; b++) {
                int cell = walk.orders[b][6];
                walk.tokens[b][cell] = (walk.tokens[b][cell] + 1) % 11;
            }
            Tensor after = walk.logits(opened.model());
            Golden.assertClose("seed " + seed, after.narrow(1, 0, 7), before.narrow(1, 0, 7), TOLERANCE);
            for (int step = 7; step < CELLS; step++) {
                assertDiffers("seed " + seed + " step " + step, after.select(1, step), before.select(1, step));
            }
            walk.conditions[2] = (walk.conditions[2] + 1) % 4;
            Tensor conditioned = walk.logits(opened.model());
            Golden.assertClose("seed " + seed, conditioned.narrow(0, 0, 2), after.narrow(0, 0, 2), TOLERANCE);
            assertThat(Tensors.doubles(conditioned.select(0, 2))).isNotEqualTo(Tensors.doubles(after.select(0, 2)));
        }
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void badRequestsAreRefusedWithOneSentenceAndLeaveTheStateAsItWas(Architecture architecture) throws Exception {
        try (Opened opened = architecture.open(1)) {
            assertRefused("0 .. 3", () -> opened.model().start(new int[] {9}).close());
            try (DecodingState state = opened.model().start(new int[] {0, 1})) {
                int[][] first = {{0}, {0}};
                state.commit(first, new int[][] {{3}, {4}});
                assertRefused("row 0 names cell 0, which is filled", () -> state.peek(new int[][] {{0}, {1}}));
                assertRefused("row 1 names cell 0, which is filled", () -> state.predictGroup(new int[][] {{1}, {0}}));
                assertRefused(
                        "row 0 names cell 0, which is filled", () -> state.commit(first, new int[][] {{3}, {4}}));
                for (int cell : new int[] {-1, CELLS, 99}) {
                    int[][] beyond = {{1}, {cell}};
                    String refusal =
                            "0 .. " + (CELLS - 1) + " and must not be filled yet, but row 1 names cell " + cell;
                    assertRefused(refusal, () -> state.peek(beyond));
                    assertRefused(refusal, () -> state.predictGroup(beyond));
                    assertRefused(refusal, () -> state.commit(beyond, new int[][] {{3}, {4}}));
                }
                assertRefused(
                        architecture.isRaster() ? "cell 2 alone" : "row 0 names one twice",
                        () -> state.commit(new int[][] {{1, 1}, {1, 2}}, new int[][] {{3, 3}, {4, 4}}));
                assertRefused("2 rows", () -> state.peek(new int[][] {{1}}));
                assertRefused(
                        "2 cells in each of 2 rows were given",
                        () -> state.commit(new int[][] {{1, 2}, {1, 2}}, new int[][] {{1}, {1}}));
                // A class must not pass for a token, where both stand in one table.
                assertRefused(
                        "0 .. 10, but was given", () -> state.commit(new int[][] {{1}, {1}}, new int[][] {{12}, {1}}));
                assertThat(state.committed()).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Architecture.class,
            names = {"RAR_IN_RASTER_ORDER", "LLAMA_GEN"})
    void aModelForRasterOrderRefusesOtherOrdersWithThatReason(Architecture architecture) throws Exception {
        try (Opened opened = architecture.open(11);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(11);
            String refusal = "trained for raster order only";
            assertRefused(refusal, () -> walk.logits(opened.model()));
            try (DecodingState state = opened.model().start(new int[] {0})) {
                assertRefused(refusal, () -> state.peek(new int[][] {{5}}));
                assertRefused(refusal, () -> state.peek(new int[][] {{0, 1}}));
                assertRefused(refusal, () -> state.predictGroup(new int[][] {{0, 1}}));
                assertRefused(refusal, () -> state.commit(new int[][] {{5}}, new int[][] {{1}}));
                assertThat(state.committed()).isZero();
            }
        }
    }

    private static void assertRefused(String what, ThrowingCallable request) {
        assertThatThrownBy(request).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(what);
    }
}
