package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.model.Architecture.Opened;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows of a decoding state are dropped without a trace, whatever the architecture. */
@ExtendWith(NativeMemory.class)
class CachedStateTests {
    private static final int CELLS = CommittedWalk.GRID.cells();
    private static final int BATCH = CommittedWalk.BATCH;
    private static final double TOLERANCE = 1e-11;

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void keptRowsGoOnAsIfTheOthersHadNeverBeen(Architecture architecture) throws Exception {
        try (Opened opened = architecture.open(1);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(4, architecture.isRaster());
            for (int kept = 1; kept <= BATCH; kept++) {
                for (int at = 0; at < CELLS - 1; at++) {
                    assertSameAsKept(kept + " rows kept after " + at, opened.model(), walk, kept, at);
                }
            }
        }
    }

    /** Compares the kept rows of a state with a state that had no others. */
    private static void assertSameAsKept(
            String where, AutoregressiveModel model, CommittedWalk walk, int kept, int at) {
        try (DecodingState all = model.start(walk.conditions);
                DecodingState few = model.start(Arrays.copyOf(walk.conditions, kept))) {
            for (int step = 0; step < at; step++) {
                int[][] cells = walk.cells(step, step + 1);
                if (step % 3 > 0) {
                    // What was asked for may be adopted, what was not goes on waiting.
                    var unused = all.peek(cells);
                    var unusedFew = few.peek(first(cells, kept));
                }
                all.commit(cells, walk.tokensOf(cells));
                few.commit(first(cells, kept), first(walk.tokensOf(cells), kept));
            }
            all.keepRows(kept);
            assertThat(all.batch()).isEqualTo(kept);
            assertThat(all.committed()).isEqualTo(at);
            int[][] cells = first(walk.cells(at, at + 1), kept);
            Golden.assertClose(where, all.peek(cells), few.peek(cells), TOLERANCE);
            all.commit(cells, first(walk.tokensOf(walk.cells(at, at + 1)), kept));
            few.commit(cells, first(walk.tokensOf(walk.cells(at, at + 1)), kept));
            int[][] next = first(walk.cells(at + 1, at + 2), kept);
            Tensor group = all.predictGroup(next);
            assertThat(group.size(0)).isEqualTo(kept);
            Golden.assertClose(where + ", next", group, few.predictGroup(next), TOLERANCE);
            assertRefused(kept + " rows and needs", () -> all.peek(new int[kept + 1][1]));
        }
    }

    private static int[][] first(int[][] rows, int count) {
        return Arrays.copyOf(rows, count);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void aStateKeepsAtLeastOneRowAndNoMoreThanItHas(Architecture architecture) throws Exception {
        try (Opened opened = architecture.open(1);
                DecodingState state = opened.model().start(new int[] {0, 1})) {
            assertRefused("state of 2 rows", () -> state.keepRows(3));
            assertRefused("state of 2 rows", () -> state.keepRows(0));
            state.keepRows(1);
            assertRefused("state of 1 rows", () -> state.keepRows(2));
            assertThat(TensorScope.compute(() -> Tensors.doubles(state.peek(new int[][] {{0}}))))
                    .hasSize(opened.model().space().vocabularySize());
        }
    }

    private static void assertRefused(String what, ThrowingCallable request) {
        assertThatThrownBy(request).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(what);
    }
}
