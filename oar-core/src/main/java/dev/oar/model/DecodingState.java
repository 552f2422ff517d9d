package dev.oar.model;

/** The state of one decoding call over a batch: what has been committed, and the keys and values of it. */
public sealed interface DecodingState extends AutoCloseable
        permits TransformerState, LlamaGenGpt.State, RarState, ArpgState {
    /** The number of rows. */
    int batch();

    /** How many cells of each row have been filled. */
    int committed();

    /** Frees the native memory. */
    @Override
    void close();
}
