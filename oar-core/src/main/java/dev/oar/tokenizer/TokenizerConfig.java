package dev.oar.tokenizer;

import dev.oar.order.TokenGrid;
import dev.oar.tensor.Weights;
import java.util.Map;

/** The sizes of a tokenizer, by architecture. */
public sealed interface TokenizerConfig permits ResolutionLevels {
    /** Width and height of the images in pixels. */
    int imageSize();

    /** The number of discrete codes, K. */
    int codebookSize();

    /** The token grid of one image. */
    TokenGrid grid();

    /** Names and shapes of all weights. */
    Map<String, long[]> shapes();

    /**
     * A tokenizer with these weights, which it owns from now on.
     *
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape; the weights then stay the caller's
     */
    ImageTokenizer create(Weights weights);
}
