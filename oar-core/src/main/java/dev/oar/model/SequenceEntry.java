package dev.oar.model;

import java.util.Arrays;

/**
 * One position of the decoded sequence, for every row of the batch, before it is embedded. -1 stands for "none".
 *
 * @param index which of the {@link CommittedTokens} stands here, the same for all rows
 * @param cells {@code [batch]} the cell it belongs to
 * @param nextCells {@code [batch]} the cell that is asked for here
 */
record SequenceEntry(int index, int[] cells, int[] nextCells) {
    /** Stands for an image token whose embedding is zero; nothing that a caller gives by mistake. */
    static final int MASKED = Integer.MIN_VALUE;

    /** The same position for the first rows alone. */
    SequenceEntry firstRows(int rows) {
        return new SequenceEntry(index, Arrays.copyOf(cells, rows), Arrays.copyOf(nextCells, rows));
    }
}
