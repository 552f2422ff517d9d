package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for the decoding states of all models alike. */
@ExtendWith(NativeMemory.class)
class CachedStateTests {
    private static final int CELLS = CommittedWalk.GRID.cells();
    private static final int BATCH = CommittedWalk.BATCH;
    private static final double TOLERANCE = 1e-11;

    static Stream<Arguments> models() {
        torch.ScalarType type = torch.ScalarType.Double;
        return Stream.of(
                model(
                        "position instruction",
                        () -> TinyModels.transformer(Formulation.POSITION_INSTRUCTION, CommittedWalk.GRID, 1, type)),
                model(
                        "dual position",
                        () -> TinyModels.transformer(Formulation.DUAL_POSITION, CommittedWalk.GRID, 1, type)),
                model("ARPG", () -> TinyModels.arpg(CommittedWalk.GRID, 1, type)),
                model("RAR", () -> TinyModels.rar(TrainedOrders.ANY, CommittedWalk.GRID, 1, type)),
                model("RAR in raster order", () -> TinyModels.rar(TrainedOrders.RASTER, CommittedWalk.GRID, 1, type)),
                model("LlamaGen", () -> TinyModels.llamaGen(CommittedWalk.GRID, 1, type)));
    }

    private static Arguments model(String name, Supplier<AutoregressiveModel> made) {
        return Arguments.of(name, made);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void aCellThatIsFilledOrBeyondTheGridIsNeitherAskedForNorFilled(String name, Supplier<AutoregressiveModel> made) {
        try (AutoregressiveModel model = made.get();
                DecodingState state = model.start(new int[] {0, 1})) {
            int[][] first = {{0}, {0}};
            state.commit(first, new int[][] {{3}, {4}});
            assertRefused("row 0 names cell 0, which is filled", () -> state.peek(new int[][] {{0}, {1}}));
            assertRefused("row 1 names cell 0, which is filled", () -> state.predictGroup(new int[][] {{1}, {0}}));
            assertRefused("row 0 names cell 0, which is filled", () -> state.commit(first, new int[][] {{3}, {4}}));
            for (int cell : new int[] {-1, CELLS, 99}) {
                int[][] beyond = {{1}, {cell}};
                String refusal = "0 .. " + (CELLS - 1) + " and must not be filled yet, but row 1 names cell " + cell;
                assertRefused(refusal, () -> state.peek(beyond));
                assertRefused(refusal, () -> state.predictGroup(beyond));
                assertRefused(refusal, () -> state.commit(beyond, new int[][] {{3}, {4}}));
            }
            assertRefused(
                    isRaster(name) ? "cell 2 alone" : "row 0 names one twice",
                    () -> state.commit(new int[][] {{1, 1}, {1, 2}}, new int[][] {{3, 3}, {4, 4}}));
            assertRefused("2 rows", () -> state.peek(new int[][] {{1}}));
            assertThat(state.committed()).isEqualTo(1);
        }
    }

    private static void assertRefused(String what, ThrowingCallable request) {
        assertThatThrownBy(request).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(what);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void keptRowsGoOnAsIfTheOthersHadNeverBeen(String name, Supplier<AutoregressiveModel> made) {
        try (AutoregressiveModel model = made.get();
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(4);
            if (isRaster(name)) {
                Arrays.setAll(walk.orders, row -> IntStream.range(0, CELLS).toArray());
            }
            for (int kept = 1; kept <= BATCH; kept++) {
                for (int at = 0; at < CELLS - 1; at++) {
                    assertSameAsKept(name + ", " + kept + " rows kept after " + at, model, walk, kept, at);
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

    private static boolean isRaster(String name) {
        return name.equals("RAR in raster order") || name.equals("LlamaGen");
    }

    private static int[][] first(int[][] rows, int count) {
        return Arrays.copyOf(rows, count);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void aStateKeepsAtLeastOneRowAndNoMoreThanItHas(String name, Supplier<AutoregressiveModel> made) {
        try (AutoregressiveModel model = made.get();
                DecodingState state = model.start(new int[] {0, 1})) {
            assertRefused("state of 2 rows", () -> state.keepRows(3));
            assertRefused("state of 2 rows", () -> state.keepRows(0));
            state.keepRows(1);
            assertRefused("state of 1 rows", () -> state.keepRows(2));
            assertThat(TensorScope.compute(() -> Tensors.doubles(state.peek(new int[][] {{0}}))))
                    .hasSize(model.space().vocabularySize());
        }
    }
}
