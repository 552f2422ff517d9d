package dev.oar.model;

import dev.oar.config.Require;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The decoding state of a {@link RarTransformer}: the committed cells and tokens in decoding order, and the cache of the positions
 * that have run. Position 0 is the cls token; position t, from 1 on, tells what was committed before and asks for the cell
 * committed in place t, so it runs as the query of a peek or, if that cell was not asked for, in front of the next pass.
 */
final class RarState implements DecodingState {
    private final KvCache cache;
    private final int[] conditions;
    private final int[][] order;
    private final CommittedTokens tokens;
    private final boolean[][] filled;
    private int[][] freshQueries;
    private int committed;

    RarState(KvCache cache, int[] conditions, int cells) {
        this.cache = cache;
        this.conditions = conditions.clone();
        this.order = new int[conditions.length][cells];
        this.tokens = new CommittedTokens(conditions.length, cells);
        this.filled = new boolean[conditions.length][cells];
        this.freshQueries = new int[conditions.length][0];
    }

    @Override
    public int batch() {
        return conditions.length;
    }

    @Override
    public int committed() {
        return committed;
    }

    KvCache cache() {
        return cache;
    }

    int[] conditions() {
        return conditions;
    }

    /** The cell that a row committed in a place, 1 for the first. */
    int cell(int row, int place) {
        return order[row][place - 1];
    }

    /** The tokens committed so far. */
    CommittedTokens tokens() {
        return tokens;
    }

    /** How many positions wait to run, the cls token included. */
    int waiting() {
        return committed + 1 - cache.length();
    }

    /**
     * Called after a pass: what was waiting stands in the cache now, and the queries of the pass may be adopted.
     *
     * @param queries {@code [batch][count]} the cells asked for
     * @param isolated whether each query saw the committed context only; in a group that holds for the first alone
     */
    void passed(int[][] queries, boolean isolated) {
        cache.settle(waiting());
        Arrays.setAll(
                freshQueries,
                row -> Arrays.copyOf(queries[row], isolated ? queries[row].length : Math.min(1, queries[row].length)));
    }

    /**
     * Commits one cell per row, whose token has been put behind those of before.
     *
     * @param cells {@code [batch]}
     */
    void commit(int[] cells) {
        requireOpen(cells);
        int[] offsets = IntStream.range(0, cells.length)
                .map(row -> indexOf(freshQueries[row], cells[row]))
                .toArray();
        if (Arrays.stream(offsets).allMatch(offset -> offset >= 0)) {
            cache.adopt(offsets);
        }
        // Queries of a pass saw the context before this commit; none of them may be adopted any more.
        freshQueries = new int[cells.length][0];
        for (int row = 0; row < cells.length; row++) {
            order[row][committed] = cells[row];
            filled[row][cells[row]] = true;
        }
        committed++;
    }

    /**
     * Checks that cells can be asked for or filled.
     *
     * @param cells {@code [batch]}
     * @throws IllegalArgumentException if one is none of the grid's or is filled already
     */
    void requireOpen(int[] cells) {
        for (int row = 0; row < cells.length; row++) {
            int cell = cells[row];
            int count = filled[row].length;
            Require.that(
                    cell >= 0 && cell < count && !filled[row][cell],
                    "a cell must lie in 0 .. %s and must not be filled yet, but row %s names cell %s%s; name one that is"
                            + " left",
                    count - 1,
                    row,
                    cell,
                    cell >= 0 && cell < count ? ", which is filled" : "");
        }
    }

    private static int indexOf(int[] cells, int cell) {
        return IntStream.range(0, cells.length)
                .filter(i -> cells[i] == cell)
                .findFirst()
                .orElse(-1);
    }

    @Override
    public void close() {
        cache.close();
        tokens.close();
    }
}
