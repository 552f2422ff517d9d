package dev.oar.model;

import dev.oar.config.Default;
import dev.oar.config.Require;
import java.util.Optional;

/**
 * The sizes of the blocks that the networks after Llama share: RMS normalisation, attention with rotary embeddings and possibly grouped
 * heads, and a SwiGLU network.
 *
 * @param width width of the residual stream, divisible by the heads
 * @param layers number of blocks
 * @param heads number of query heads; the width of a head must be divisible by 4 (two axes of rotated pairs)
 * @param keyValueHeads number of key and value heads, a divisor of the heads; absent: as many as query heads
 * @param feedForwardFactor factor on the feed-forward width of {@code 8/3 * width}; absent: 1
 * @param feedForwardMultipleOf the feed-forward width is rounded up to a multiple of this
 * @param normEpsilon epsilon of the RMS normalisation
 * @param ropeBase base of the rotary frequencies
 */
public record BlockSizes(
        int width,
        int layers,
        int heads,
        Optional<Integer> keyValueHeads,
        Optional<Double> feedForwardFactor,
        @Default("256") int feedForwardMultipleOf,
        @Default("1.0e-5") double normEpsilon,
        @Default("10000") double ropeBase) {
    /** Checks that the sizes fit. */
    public BlockSizes {
        if (width < 4 || layers < 1 || heads < 1 || width % heads != 0) {
            throw new IllegalArgumentException(
                    "width must be divisible by heads, but width is " + width + " and heads is " + heads + "; with "
                            + layers + " layers choose for example width " + Math.max(1, heads) * 64);
        }
        Require.that(
                width / heads % 4 == 0,
                "the width of a head must be divisible by 4 for the two-dimensional rotary embedding, but width %s"
                        + " over %s heads gives %s; choose other heads",
                width,
                heads,
                width / heads);
        int groups = keyValueHeads.orElse(heads);
        Require.that(
                groups >= 1 && heads % groups == 0,
                "key-value-heads must divide heads, but %s does not divide %s; choose a divisor",
                groups,
                heads);
        Require.that(
                feedForwardMultipleOf >= 1 && feedForwardFactor.orElse(1.0) > 0 && normEpsilon > 0 && ropeBase > 1,
                "feed-forward-multiple-of, feed-forward-factor, norm-epsilon must be positive and rope-base above 1,"
                        + " but are %s, %s, %s and %s",
                feedForwardMultipleOf,
                feedForwardFactor.orElse(1.0),
                normEpsilon,
                ropeBase);
    }

    /** The usual sizes: no grouped heads, the feed-forward width a multiple of 256. */
    public static BlockSizes of(int width, int layers, int heads) {
        return new BlockSizes(width, layers, heads, Optional.empty(), Optional.empty(), 256, 1e-5, 10000);
    }

    /** The width of one head. */
    public int headWidth() {
        return width / heads;
    }

    /** The number of key and value heads. */
    public int groups() {
        return keyValueHeads.orElse(heads);
    }

    /** The hidden width of the SwiGLU network. */
    public int feedForwardWidth() {
        int hidden = (int) (2L * 4 * width / 3);
        if (feedForwardFactor.isPresent()) {
            hidden = (int) (feedForwardFactor.get() * hidden);
        }
        return (hidden + feedForwardMultipleOf - 1) / feedForwardMultipleOf * feedForwardMultipleOf;
    }
}
