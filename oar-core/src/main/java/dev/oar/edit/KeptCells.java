package dev.oar.edit;

/** Which cells of an image a variation keeps. */
public enum KeptCells {
    /** Those that the model predicts best: the first of the image's extracted order. */
    CONFIDENT,
    /** Those that the model predicts worst, which tell most about the image: the last of its extracted order. */
    UNCERTAIN,
    /** Some, by the seed alone. */
    RANDOM
}
