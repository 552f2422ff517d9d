package dev.oar.tokenizer;

/** Where the convolutional networks of a {@link VqTokenizer} let every cell attend to every other. */
public enum AttentionPlacement {
    /** Nowhere; the cheapest, and enough for small pictures. */
    NONE,
    /** Once in each network, between the two residual blocks at the lowest resolution's end. */
    MIDDLE,
    /** In the middle and after every residual block of the lowest resolution, as LlamaGen has it. */
    LOWEST_RESOLUTION
}
