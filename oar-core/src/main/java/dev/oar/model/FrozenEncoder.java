package dev.oar.model;

import dev.oar.config.Default;
import dev.oar.config.Kind;
import dev.oar.config.Require;

/**
 * A text encoder that was trained elsewhere and stays as it is, such as flan-t5-xl for the text-to-image models of LlamaGen (arXiv
 * 2406.06525); captions come as what it makes of them ({@link CaptionEmbeddings}).
 *
 * @param width width of an embedding, at least 1; the default is that of flan-t5-xl
 */
@Kind("frozen")
public record FrozenEncoder(@Default("2048") int width) implements CaptionEncoder {
    /** Checks the width. */
    public FrozenEncoder {
        Require.that(
                width >= 1,
                "embeddings of captions need a width of at least 1, but have %s; flan-t5-xl has 2048",
                width);
    }
}
