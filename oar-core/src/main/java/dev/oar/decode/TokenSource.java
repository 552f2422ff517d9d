package dev.oar.decode;

import java.util.List;

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
     * @param filters one per row, or one for all rows
     */
    record Sampled(List<TokenFilter> filters) implements TokenSource {
        /** Copies the list. */
        public Sampled {
            filters = List.copyOf(filters);
        }

        /** One filter for all rows. */
        public Sampled(TokenFilter filter) {
            this(List.of(filter));
        }
    }
}
