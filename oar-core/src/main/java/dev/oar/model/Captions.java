package dev.oar.model;

/**
 * Captions in the form that a transformer takes them, numbered from 0: the conditions of a model that draws from captions
 * ({@link AnyOrderTransformer#withCaptions}). Several threads may read them at once.
 */
public sealed interface Captions extends AutoCloseable permits CaptionEmbeddings, TokenizedCaptions {
    /** The number of captions. */
    int count();

    /** Of what the model sees of them, whatever file they came from. */
    String fingerprint();

    /** Frees them. */
    @Override
    void close();
}
