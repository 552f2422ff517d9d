package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The laws of the decoding seam for ARPG, in float64. */
@ExtendWith(NativeMemory.class)
class ArpgTransformerTests {
    private static final TokenGrid GRID = new TokenGrid(3, 4);
    private static final int CELLS = GRID.cells();
    private static final int BATCH = 3;
    private static final double TOLERANCE = 1e-11;

    /** Images, and an order for each. */
    private static final class Images {
        final int[][] orders = new int[BATCH][];
        final int[][] tokens = new int[BATCH][CELLS];
        final int[] conditions = new int[BATCH];
        final CounterRandom random;

        Images(long seed) {
            random = CounterRandom.of(seed, "images");
            for (int row = 0; row < BATCH; row++) {
                orders[row] = GenerationOrder.uniform(CELLS, random.derive(row)).toArray();
                conditions[row] = random.integer(4, 100 + row);
                for (int cell = 0; cell < CELLS; cell++) {
                    tokens[row][cell] = random.derive(row).integer(11, 1000 + cell);
                }
            }
        }

        int[][] cells(int from, int to) {
            return Arrays.stream(orders)
                    .map(order -> Arrays.copyOfRange(order, from, to))
                    .toArray(int[][]::new);
        }

        int[][] tokensAt(int[][] cells) {
            return IntStream.range(0, BATCH)
                    .mapToObj(row -> Arrays.stream(cells[row])
                            .map(cell -> tokens[row][cell])
                            .toArray())
                    .toArray(int[][]::new);
        }

        void commit(DecodingState state, int from, int to) {
            int[][] cells = cells(from, to);
            state.commit(cells, tokensAt(cells));
        }

        /** Teacher-forced logits {@code [batch, cells, vocabulary]}. */
        Tensor logits(ArpgTransformer model) {
            return model.logits(Tensors.of(tokens), Tensors.of(conditions, BATCH), Tensors.of(orders), false);
        }

        /** What a full forward says of the cell that comes as number {@code candidate}, if it came as number {@code done}. */
        Tensor byFullForward(ArpgTransformer model, int done, int candidate) {
            int[][] asked = Arrays.stream(orders).map(int[]::clone).toArray(int[][]::new);
            for (int row = 0; row < BATCH; row++) {
                asked[row][done] = orders[row][candidate];
                asked[row][candidate] = orders[row][done];
            }
            return model.logits(Tensors.of(tokens), Tensors.of(conditions, BATCH), Tensors.of(asked), false)
                    .select(1, done);
        }
    }

    private static ArpgTransformer model(long seed) {
        return TinyModels.arpg(GRID, seed, torch.ScalarType.Double);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
    void aPeekEqualsWhatAFullForwardSaysAfterAnySequenceOfCommits(long seed) {
        try (ArpgTransformer model = model(seed);
                TensorScope ignored = TensorScope.open()) {
            Images images = new Images(seed);
            try (DecodingState state = model.start(images.conditions)) {
                int done = 0;
                for (int step = 0; done < CELLS; step++) {
                    if (images.random.integer(3, 10L * step) > 0) {
                        Tensor peeked = state.peek(images.cells(done, CELLS));
                        for (int i = done; i < CELLS; i++) {
                            Golden.assertClose(
                                    "seed " + seed + ", " + done + " committed, candidate " + i,
                                    peeked.select(1, i - done),
                                    images.byFullForward(model, done, i),
                                    TOLERANCE);
                        }
                    }
                    int count = 1 + images.random.integer(Math.min(3, CELLS - done), 10L * step + 1);
                    images.commit(state, done, done + count);
                    done += count;
                    assertThat(state.committed()).isEqualTo(done);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3})
    void knownTokensInOneCallLeaveTheStateOfACausalForward(long seed) {
        try (ArpgTransformer model = model(seed);
                TensorScope ignored = TensorScope.open()) {
            Images images = new Images(seed);
            try (CachedState atOnce = CommittedWalk.start(model, images.conditions);
                    CachedState oneByOne = CommittedWalk.start(model, images.conditions)) {
                images.commit(atOnce, 0, 7);
                atOnce.flush();
                for (int i = 0; i < 7; i++) {
                    images.commit(oneByOne, i, i + 1);
                    oneByOne.flush();
                }
                assertSameCache("seed " + seed, model, atOnce, oneByOne);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3})
    void tokensOfAPredictedGroupSeeOneAnotherSoThatTheirSequenceDoesNotMatter(long seed) {
        try (ArpgTransformer model = model(seed);
                TensorScope ignored = TensorScope.open()) {
            Images images = new Images(seed);
            double[] grouped = afterGroup(model, images, 2, 6, true);
            double[] causal = afterGroup(model, images, 2, 6, false);
            for (int[] order : images.orders) {
                int moved = order[2];
                order[2] = order[5];
                order[5] = moved;
            }
            double[] groupedTurned = afterGroup(model, images, 2, 6, true);
            double[] causalTurned = afterGroup(model, images, 2, 6, false);
            assertThat(largestDifference(grouped, groupedTurned))
                    .as("seed " + seed)
                    .isLessThan(TOLERANCE);
            assertThat(largestDifference(causal, causalTurned))
                    .as("seed " + seed)
                    .isGreaterThan(1e-3);
            assertThat(largestDifference(grouped, causal)).as("seed " + seed).isGreaterThan(1e-3);
        }
    }

    /** Logits of the last four cells behind a group, and behind two causal tokens in front of it. */
    private static double[] afterGroup(ArpgTransformer model, Images images, int from, int to, boolean predicted) {
        try (DecodingState state = model.start(images.conditions)) {
            images.commit(state, 0, from);
            if (predicted) {
                var unused = state.predictGroup(images.cells(from, to));
            } else {
                var unused = state.peek(images.cells(from, to));
            }
            images.commit(state, from, to);
            return Tensors.doubles(state.peek(images.cells(8, CELLS)));
        }
    }

    @Test
    void onlyExactlyThePredictedCellsFormAGroup() {
        try (ArpgTransformer model = model(5);
                TensorScope ignored = TensorScope.open()) {
            Images images = new Images(5);
            double[] causal = afterGroup(model, images, 0, 4, false);
            try (DecodingState state = model.start(images.conditions)) {
                var unused = state.predictGroup(images.cells(0, 5));
                images.commit(state, 0, 4);
                double[] fewer = Tensors.doubles(state.peek(images.cells(8, CELLS)));
                assertThat(largestDifference(fewer, causal)).isLessThan(TOLERANCE);
            }
            try (DecodingState state = model.start(images.conditions)) {
                var unused = state.predictGroup(images.cells(0, 4));
                for (int i = 0; i < 4; i++) {
                    images.commit(state, i, i + 1);
                }
                double[] oneByOne = Tensors.doubles(state.peek(images.cells(8, CELLS)));
                assertThat(largestDifference(oneByOne, causal)).isLessThan(TOLERANCE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3})
    void candidatesNeverSeeEachOtherNeitherPeekedAtNorPredictedAsAGroup(long seed) {
        try (ArpgTransformer model = model(seed);
                TensorScope ignored = TensorScope.open()) {
            Images images = new Images(seed);
            try (DecodingState state = model.start(images.conditions)) {
                images.commit(state, 0, 4);
                Tensor all = state.peek(images.cells(4, CELLS));
                Golden.assertClose("group", state.predictGroup(images.cells(4, CELLS)), all, TOLERANCE);
                for (int i = 4; i < CELLS; i++) {
                    Golden.assertClose(
                            "seed " + seed + ", cell " + i + " alone",
                            state.peek(images.cells(i, i + 1)),
                            all.narrow(1, i - 4, 1),
                            TOLERANCE);
                }
            }
        }
    }

    @Test
    void beforeTheFirstCommitAllCellsAreExactlyTied() {
        try (ArpgTransformer model = model(9);
                TensorScope ignored = TensorScope.open()) {
            Images images = new Images(9);
            Tensor teacherForced = images.logits(model).select(1, 0);
            try (DecodingState state = model.start(images.conditions)) {
                Tensor peeked = state.peek(images.cells(0, CELLS));
                for (int i = 0; i < CELLS; i++) {
                    assertThat(Tensors.doubles(peeked.select(1, i)))
                            .as("cell " + i)
                            .isEqualTo(Tensors.doubles(peeked.select(1, 0)));
                }
                Golden.assertClose("teacher-forced", peeked.select(1, 0), teacherForced, TOLERANCE);
                images.commit(state, 0, 1);
                Tensor behindOne = state.peek(images.cells(1, CELLS));
                assertThat(Tensors.doubles(behindOne.select(1, 0)))
                        .isNotEqualTo(Tensors.doubles(behindOne.select(1, 1)));
            }
        }
    }

    @Test
    void askingAgainChangesNothing() {
        try (ArpgTransformer model = model(3);
                TensorScope ignored = TensorScope.open()) {
            Images images = new Images(3);
            try (CachedState state = CommittedWalk.start(model, images.conditions);
                    CachedState unasked = CommittedWalk.start(model, images.conditions)) {
                images.commit(state, 0, 3);
                images.commit(unasked, 0, 3);
                Tensor first = state.peek(images.cells(3, CELLS));
                Tensor again = state.peek(images.cells(3, CELLS));
                assertThat(Tensors.doubles(again)).isEqualTo(Tensors.doubles(first));
                assertThat(state.peek(new int[BATCH][0]).shape()).containsExactly(BATCH, 0, 11);
                unasked.flush();
                assertSameCache("peeked and not", model, state, unasked);
            }
        }
    }

    @Test
    void aRowDoesNotDependOnItsNeighbours() {
        try (ArpgTransformer model = model(4);
                TensorScope ignored = TensorScope.open()) {
            Images images = new Images(4);
            Images others = new Images(40);
            others.orders[1] = images.orders[1];
            others.tokens[1] = images.tokens[1];
            others.conditions[1] = images.conditions[1];
            assertThat(others.tokens[0]).isNotEqualTo(images.tokens[0]);
            Golden.assertClose(
                    "teacher-forced",
                    others.logits(model).select(0, 1),
                    images.logits(model).select(0, 1),
                    TOLERANCE);
            try (DecodingState state = model.start(images.conditions);
                    DecodingState beside = model.start(others.conditions)) {
                images.commit(state, 0, 5);
                others.commit(beside, 0, 5);
                Golden.assertClose(
                        "peeked",
                        beside.peek(others.cells(5, CELLS)).select(0, 1),
                        state.peek(images.cells(5, CELLS)).select(0, 1),
                        TOLERANCE);
            }
        }
    }

    @Test
    void predictionsDependOnEarlierTokensAndTheConditionAlone() {
        try (ArpgTransformer model = model(6);
                TensorScope ignored = TensorScope.open()) {
            Images images = new Images(6);
            Tensor before = images.logits(model);
            for (int row = 0; row < BATCH; row++) {
                int cell = images.orders[row][6];
                images.tokens[row][cell] = (images.tokens[row][cell] + 1) % 11;
            }
            Tensor after = images.logits(model);
            Golden.assertClose("up to step 6", after.narrow(1, 0, 7), before.narrow(1, 0, 7), TOLERANCE);
            for (int step = 7; step < CELLS; step++) {
                assertThat(Tensors.doubles(after.select(1, step)))
                        .isNotEqualTo(Tensors.doubles(before.select(1, step)));
            }
            images.conditions[2] = (images.conditions[2] + 1) % 4;
            Tensor conditioned = images.logits(model);
            Golden.assertClose("other rows", conditioned.narrow(0, 0, 2), after.narrow(0, 0, 2), TOLERANCE);
            assertThat(Tensors.doubles(conditioned.select(0, 2).select(0, 0)))
                    .isNotEqualTo(Tensors.doubles(after.select(0, 2).select(0, 0)));
        }
    }

    @Test
    void badRequestsAreRefusedWithOneSentence() {
        try (ArpgTransformer model = model(1)) {
            assertThatThrownBy(() -> model.start(new int[] {9}).close())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0 .. 3");
            try (DecodingState state = model.start(new int[] {0})) {
                assertThatThrownBy(() -> state.peek(new int[][] {{0}, {1}}))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("1 rows");
                int[][] all = {IntStream.range(0, CELLS).toArray()};
                state.commit(all, new int[1][CELLS]);
                assertThatThrownBy(() -> state.commit(new int[][] {{0}}, new int[][] {{0}}))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("row 0 names cell 0, which is filled");
            }
        }
    }

    private static void assertSameCache(String where, ArpgTransformer model, CachedState actual, CachedState expected) {
        assertThat(actual.cache().length()).as(where).isEqualTo(expected.cache().length());
        for (int layer = 0; layer <= model.config().layersPerHalf(); layer++) {
            Golden.assertClose(
                    where + " keys " + layer,
                    actual.cache().committedKeys(layer),
                    expected.cache().committedKeys(layer),
                    TOLERANCE);
            Golden.assertClose(
                    where + " values " + layer,
                    actual.cache().committedValues(layer),
                    expected.cache().committedValues(layer),
                    TOLERANCE);
        }
    }

    private static double largestDifference(double[] values, double[] others) {
        return IntStream.range(0, values.length)
                .mapToDouble(i -> Math.abs(values[i] - others[i]))
                .max()
                .orElseThrow();
    }
}
