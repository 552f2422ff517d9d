package dev.oar.tuning;

/** What a training mostly computes, since that decides which precision is fast for it. */
public enum TrainingWork {
    /** Convolutions: tokenizers and feature networks. */
    CONVOLUTIONS,
    /** Linear layers: transformers. */
    LINEAR_LAYERS
}
