package dev.oar.model;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * The decoding state of a {@link RarTransformer}: the committed cells and tokens in decoding order, and the cache of the positions
 * that have run. Position 0 is the cls token; position t, from 1 on, tells what was committed before and asks for the cell
 * committed in place t, so it runs as the query of a peek or, if that cell was not asked for, in front of the next pass.
 */
final class RarState extends CachedState {
    private final RarTransformer model;
    private int[][] order;
    private int[][] freshQueries;

    RarState(RarTransformer model, StateMemory memory, int[] conditions) {
        super(memory, conditions, model.space(), model.trainedOrders());
        this.model = model;
        this.order = new int[conditions.length][model.space().cells()];
        this.freshQueries = new int[conditions.length][0];
    }

    @Override
    Tensor ask(int[][] cells, boolean isolated) {
        return model.ask(this, cells, isolated);
    }

    @Override
    void filled(int[][] cells, int place) {
        for (int i = 0; i < cells[0].length; i++) {
            commit(column(cells, i), place + i);
        }
    }

    /** The cell that a row committed in a place, 1 for the first. */
    int cell(int row, int place) {
        return order[row][place - 1];
    }

    /** How many positions wait to run, the cls token included. */
    int waiting() {
        return committed() + 1 - cache().length();
    }

    /**
     * Called after a pass: what was waiting stands in the cache now, and the queries of the pass may be adopted.
     *
     * @param queries {@code [batch][count]} the cells asked for
     * @param isolated whether each query saw the committed context only; in a group that holds for the first alone
     */
    void passed(int[][] queries, boolean isolated) {
        cache().settle(waiting());
        Arrays.setAll(
                freshQueries,
                row -> Arrays.copyOf(queries[row], isolated ? queries[row].length : Math.min(1, queries[row].length)));
    }

    /**
     * Adds one cell per row, which has been filled, to the order.
     *
     * @param cells {@code [batch]}
     * @param place of their tokens among those committed
     */
    private void commit(int[] cells, int place) {
        int[] offsets = IntStream.range(0, cells.length)
                .map(row -> indexOf(freshQueries[row], cells[row]))
                .toArray();
        if (Arrays.stream(offsets).allMatch(offset -> offset >= 0)) {
            cache().adopt(offsets);
        }
        // Queries of a pass saw the context before this commit; none of them may be adopted any more.
        freshQueries = new int[cells.length][0];
        for (int row = 0; row < cells.length; row++) {
            order[row][place] = cells[row];
        }
    }

    private static int indexOf(int[] cells, int cell) {
        return IntStream.range(0, cells.length)
                .filter(i -> cells[i] == cell)
                .findFirst()
                .orElse(-1);
    }

    @Override
    void dropRowsBehind(int rows) {
        order = firstRows(order, rows);
        freshQueries = firstRows(freshQueries, rows);
    }
}
