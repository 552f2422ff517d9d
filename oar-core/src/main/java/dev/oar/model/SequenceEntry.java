package dev.oar.model;

import java.util.Arrays;

/**
 * One position of the decoded sequence, for every row of the batch, before it is embedded. -1 stands for "none".
 *
 * @param place where the image token that stands here is found among the {@link CommittedTokens}, the same for all rows
 * @param cells {@code [batch]} the cell it belongs to
 * @param nextCells {@code [batch]} the cell that is asked for here
 */
record SequenceEntry(int place, int[] cells, int[] nextCells) {
    /** Stands for an image token whose embedding is zero; nothing that a caller gives by mistake. */
    static final int MASKED = Integer.MIN_VALUE;

    /** The same position for the first rows alone. */
    SequenceEntry firstRows(int rows) {
        return new SequenceEntry(place, Arrays.copyOf(cells, rows), Arrays.copyOf(nextCells, rows));
    }
}
