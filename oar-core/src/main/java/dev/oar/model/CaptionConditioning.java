package dev.oar.model;

import dev.oar.config.Default;
import dev.oar.config.Kind;
import dev.oar.config.Require;

/**
 * Images are drawn from captions, which come as embeddings of a text encoder ({@link CaptionEmbeddings}), as in the text-to-image
 * models of LlamaGen (arXiv 2406.06525) and in RandAR's code (arXiv 2412.01827). The defaults are theirs, of the encoder flan-t5-xl.
 *
 * @param length number of tokens of a caption, at least 1; shorter captions are padded to it
 * @param width width of an embedding, at least 1
 */
@Kind("caption")
public record CaptionConditioning(
        @Default("120") int length, @Default("2048") int width) implements Conditioning {
    /** Checks the sizes. */
    public CaptionConditioning {
        Require.that(
                length >= 1 && width >= 1,
                "captions need a length and a width of at least 1, but have %s and %s; 120 and 2048 are those of flan-t5-xl"
                        + " in LlamaGen",
                length,
                width);
    }
}
