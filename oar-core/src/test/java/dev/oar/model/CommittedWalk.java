package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Tensors;
import dev.oar.testing.Golden;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/** What a random sequence of peeks, groups and commits has committed so far, for models of the sizes that {@code TinyModels} makes. */
final class CommittedWalk {
    static final TokenGrid GRID = new TokenGrid(3, 4);
    static final int BATCH = 3;
    private static final double TOLERANCE = 1e-11;

    final int[][] orders = new int[BATCH][];
    final int[][] tokens = new int[BATCH][GRID.cells()];
    final int[] conditions = new int[BATCH];
    final CounterRandom random;
    int done;

    CommittedWalk(long seed) {
        this(seed, false);
    }

    CommittedWalk(long seed, boolean raster) {
        random = CounterRandom.of(seed, "walk");
        for (int b = 0; b < BATCH; b++) {
            GenerationOrder order = raster
                    ? GenerationOrder.raster(GRID.cells())
                    : GenerationOrder.uniform(GRID.cells(), random.derive(b));
            orders[b] = order.toArray();
            conditions[b] = random.integer(4, 100 + b);
            for (int cell = 0; cell < GRID.cells(); cell++) {
                tokens[b][cell] = random.derive(b).integer(11, 1000 + cell);
            }
        }
    }

    /** A state whose cache can be looked at. */
    static CachedState start(AutoregressiveModel model, int[] conditions) {
        return (CachedState) model.start(conditions);
    }

    int[][] cells(int from, int to) {
        return Arrays.stream(orders).map(o -> Arrays.copyOfRange(o, from, to)).toArray(int[][]::new);
    }

    int[][] tokensOf(int[][] cells) {
        int[][] result = new int[BATCH][];
        for (int b = 0; b < BATCH; b++) {
            int row = b;
            result[b] = Arrays.stream(cells[b]).map(cell -> tokens[row][cell]).toArray();
        }
        return result;
    }

    /** Commits the cells of some steps with their tokens. */
    void commit(DecodingState state, int from, int to) {
        int[][] cells = cells(from, to);
        state.commit(cells, tokensOf(cells));
    }

    /** Runs what waits in both states and compares what they know. */
    static void assertSameCache(String where, CachedState actual, CachedState expected) {
        actual.flush();
        expected.flush();
        assertThat(actual.cache().length()).as(where).isEqualTo(expected.cache().length());
        for (int layer = 0; layer < expected.cache().layers(); layer++) {
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

    /** Teacher-forced logits of whole images in the walk's orders. */
    Tensor logits(AutoregressiveModel model) {
        return model.logits(Tensors.of(tokens), Tensors.of(conditions, BATCH), Tensors.of(orders), false);
    }

    /** Logits at {@code cells[., i]} by a full causal forward whose order asks for that cell right after the committed ones. */
    Tensor byFullForward(AutoregressiveModel model, int[][] cells, int i) {
        int[][] asked = new int[BATCH][];
        for (int b = 0; b < BATCH; b++) {
            int[] order = orders[b].clone();
            int at = indexOf(order, cells[b][i]);
            int moved = order[done];
            order[done] = order[at];
            order[at] = moved;
            asked[b] = order;
        }
        return model.logits(Tensors.of(tokens), Tensors.of(conditions, BATCH), Tensors.of(asked), false)
                .select(1, done);
    }

    private static int indexOf(int[] order, int cell) {
        return IntStream.range(0, order.length)
                .filter(i -> order[i] == cell)
                .findFirst()
                .orElseThrow();
    }
}
