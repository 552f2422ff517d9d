package dev.oar.model;

/** The state of one decoding call over a batch: what has been committed, and the keys and values of it. */
public sealed interface DecodingState extends AutoCloseable permits CachedState {
    /** The number of rows. */
    int batch();

    /** How many cells of each row have been filled. */
    int committed();

    /**
     * Drops all rows behind the first ones, so that nothing is worked out for them any more.
     *
     * @param rows how many stay, at least 1
     * @throws IllegalArgumentException if there are fewer
     */
    void keepRows(int rows);

    /** Frees the native memory. */
    @Override
    void close();
}
