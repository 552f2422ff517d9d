package dev.oar.model;

import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/** What a random sequence of peeks, groups and commits has committed so far, for models of the sizes that {@code TinyModels} makes. */
final class CommittedWalk {
    static final TokenGrid GRID = new TokenGrid(3, 4);
    static final int BATCH = 3;

    final int[][] orders = new int[BATCH][];
    final int[][] tokens = new int[BATCH][GRID.cells()];
    final int[] conditions = new int[BATCH];
    final CounterRandom random;
    int done;

    CommittedWalk(long seed) {
        random = CounterRandom.of(seed, "walk");
        for (int b = 0; b < BATCH; b++) {
            orders[b] = GenerationOrder.uniform(GRID.cells(), random.derive(b)).toArray();
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
