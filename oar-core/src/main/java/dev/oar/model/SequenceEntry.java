package dev.oar.model;

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
}
