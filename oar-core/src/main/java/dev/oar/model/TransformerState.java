package dev.oar.model;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The decoding state of a transformer over one sequence: the cache of what has run through the blocks, and the positions that are
 * committed but have not run yet. Those ride along in front of the next pass, so that a step costs one forward.
 */
final class TransformerState extends CachedState {
    private final SequenceTransformer<?> transformer;
    private final List<SequenceEntry> waiting = new ArrayList<>();
    private SequenceEntry last;
    private int[][] freshQueries = new int[0][];
    private boolean onlyFirstIsFresh;
    private boolean masked;

    TransformerState(SequenceTransformer<?> transformer, StateMemory memory, int[] conditions) {
        super(memory, conditions, transformer.space(), transformer.orders());
        this.transformer = transformer;
        int[] none = new int[conditions.length];
        Arrays.fill(none, -1);
        this.last = new SequenceEntry(-1, none, none);
    }

    /** Whether some of the committed tokens may be masked. */
    boolean masked() {
        return masked;
    }

    /** Zeros stand in place of the embeddings of masked tokens. */
    @Override
    public void commitMasked(int[][] cells, int[][] tokens, boolean[][] masked) {
        if (!transformer.formulation().masksTokens()) {
            super.commitMasked(cells, tokens, masked);
        }
        int[][] replaced = new int[tokens.length][];
        for (int row = 0; row < tokens.length; row++) {
            replaced[row] = tokens[row].clone();
            for (int i = 0; i < replaced[row].length; i++) {
                replaced[row][i] = masked[row][i] ? SequenceEntry.MASKED : tokens[row][i];
            }
        }
        this.masked = true;
        TensorScope.run(() -> commit(cells, Tensors.of(replaced)));
    }

    @Override
    Tensor ask(int[][] cells, boolean isolated) {
        return transformer.ask(this, cells, isolated);
    }

    @Override
    void filled(int[][] cells, int index) {
        for (int i = 0; i < cells[0].length; i++) {
            commit(column(cells, i), index + i);
        }
    }

    /** What was committed last; index and cells are -1 at the start. */
    SequenceEntry last() {
        return last;
    }

    /** Whether nothing has run yet, the positions in front of the cells included. */
    boolean atStart() {
        return cache().length() == 0;
    }

    /** The committed positions that have not run yet, in sequence order. */
    List<SequenceEntry> waiting() {
        return waiting;
    }

    /**
     * Called after a pass: what was waiting stands in the cache now, and the queries of the pass may be adopted.
     *
     * @param settled number of positions that became permanent, the condition's tokens included
     * @param queries {@code [batch][count]} the cells asked for
     * @param isolated whether each query saw the committed context only; in a group that holds for the first alone
     */
    void passed(int settled, int[][] queries, boolean isolated) {
        cache().settle(settled);
        waiting.clear();
        freshQueries = queries;
        onlyFirstIsFresh = !isolated;
    }

    /**
     * Adds the positions of one cell per row, which has been filled.
     *
     * @param cells {@code [batch]}
     * @param index of their tokens among those committed
     */
    private void commit(int[] cells, int index) {
        int[] offsets = freshOffsets(cells);
        if (offsets.length == cells.length && waiting.isEmpty()) {
            cache().adopt(offsets);
        } else {
            waiting.add(transformer.formulation().query(last, cells));
        }
        // Queries of a pass saw the context before this commit; none of them may be adopted any more.
        freshQueries = new int[0][];
        waiting.addAll(transformer.formulation().afterQuery(cells, index));
        last = new SequenceEntry(index, cells, cells);
    }

    private int[] freshOffsets(int[] cells) {
        if (freshQueries.length == 0) {
            return new int[0];
        }
        int[] offsets = new int[cells.length];
        for (int row = 0; row < cells.length; row++) {
            int searched = onlyFirstIsFresh ? Math.min(1, freshQueries[row].length) : freshQueries[row].length;
            offsets[row] = -1;
            for (int i = 0; i < searched; i++) {
                if (freshQueries[row][i] == cells[row]) {
                    offsets[row] = i;
                }
            }
            if (offsets[row] < 0) {
                return new int[0];
            }
        }
        return offsets;
    }

    @Override
    void dropRowsBehind(int rows) {
        waiting.replaceAll(entry -> entry.firstRows(rows));
        last = last.firstRows(rows);
        freshQueries = firstRows(freshQueries, rows);
    }
}
