package dev.oar.decode;

/** Where the token of a chosen cell comes from. */
public sealed interface TokenSource {
    /**
     * The tokens of real images (teacher forcing).
     *
     * @param tokens {@code [batch][cells]}, raster order
     */
    record GroundTruth(int[][] tokens) implements TokenSource {}

    /**
     * Tokens drawn from the model's (guided, filtered) distribution.
     *
     * @param filter temperature, top-k, top-p
     */
    record Sampled(SamplingFilter filter) implements TokenSource {}
}
