package dev.oar.model;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/** What the decoding states of all models here have in common: the cache, the committed tokens, and which cells are filled. */
abstract class CachedState implements DecodingState {
    private final StateMemory memory;
    private final OpenCells open;
    private int[] conditions;

    /**
     * A state without committed cells.
     *
     * @param memory belongs to the state from now on
     * @param conditions one per row
     * @param orders the orders that the model was trained for
     */
    CachedState(StateMemory memory, int[] conditions, TokenSpace space, TrainedOrders orders) {
        this.memory = memory;
        this.open = new OpenCells(conditions.length, space, orders);
        this.conditions = conditions.clone();
    }

    @Override
    public final int batch() {
        return open.rows();
    }

    @Override
    public final int committed() {
        return open.filled();
    }

    @Override
    public final Tensor peek(int[][] cells) {
        open.requireAskable(cells);
        return ask(cells, true);
    }

    @Override
    public final Tensor predictGroup(int[][] cells) {
        open.requireAskable(cells);
        return ask(cells, false);
    }

    /**
     * Answers for cells that can be asked for.
     *
     * @param cells {@code [batch][count]}
     * @param isolated whether each is asked for as if it were alone, rather than as one of a group
     * @return logits: {@code [batch, count, vocabulary]}
     */
    abstract Tensor ask(int[][] cells, boolean isolated);

    /** Runs everything that waits, so that the cache holds all that is known; for tests of the decoding states. */
    final void flush() {
        TensorScope.run(() -> ask(new int[batch()][0], true));
    }

    @Override
    public final void commit(int[][] cells, int[][] tokens) {
        open.requireTokens(tokens);
        TensorScope.run(() -> commit(cells, Tensors.of(tokens)));
    }

    @Override
    public final void commit(int[][] cells, Tensor tokens) {
        int index = open.fill(cells, tokens);
        tokens().put(index, tokens);
        filled(cells, index);
    }

    /**
     * Takes note of cells that have been filled.
     *
     * @param cells {@code [batch][count]}
     * @param index of the first of their tokens among those committed
     */
    abstract void filled(int[][] cells, int index);

    final KvCache cache() {
        return memory.cache();
    }

    /** The tokens committed so far. */
    final CommittedTokens tokens() {
        return memory.tokens();
    }

    final int[] conditions() {
        return conditions;
    }

    @Override
    public final void keepRows(int rows) {
        open.keepRows(rows);
        memory.keepRows(rows);
        conditions = Arrays.copyOf(conditions, rows);
        dropRowsBehind(rows);
    }

    /** Drops what the model itself keeps of all rows but the first ones. */
    abstract void dropRowsBehind(int rows);

    /** The first rows of what is kept per row; what is kept of no row stays so. */
    static int[][] firstRows(int[][] perRow, int rows) {
        return Arrays.copyOf(perRow, Math.min(rows, perRow.length));
    }

    /** One cell of every row: {@code [batch]}. */
    static int[] column(int[][] rows, int column) {
        return Arrays.stream(rows).mapToInt(row -> row[column]).toArray();
    }

    @Override
    public final void close() {
        memory.close();
    }
}
