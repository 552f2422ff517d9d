package dev.oar.model;

import dev.oar.config.Default;
import dev.oar.config.Kind;
import dev.oar.config.Require;
import dev.oar.text.PaddingRule;
import dev.oar.text.PaddingSide;
import java.util.Optional;

/**
 * A text encoder that was trained elsewhere and stays as it is, such as flan-t5-xl for the text-to-image models of LlamaGen (arXiv
 * 2406.06525); captions come as what it makes of them ({@link CaptionEmbeddings}).
 *
 * @param source where it lies: a folder with the files of a published encoder, or {@code hf://OWNER/REPO} on the hub; a path starts from
 *     the file that names it. Absent: whoever draws names it
 * @param width width of an embedding, at least 1; the default is that of flan-t5-xl
 * @param paddingSide on which side the encoder's rows are padded; LlamaGen pads behind
 * @param paddingRule whether its tokens see padding; in LlamaGen they do not
 */
@Kind("frozen")
public record FrozenEncoder(
        Optional<String> source,
        @Default("2048") int width,
        @Default("right") PaddingSide paddingSide,
        @Default("hidden") PaddingRule paddingRule)
        implements CaptionEncoder {
    /** Checks source and width. */
    public FrozenEncoder {
        Require.that(
                width >= 1,
                "embeddings of captions need a width of at least 1, but have %s; flan-t5-xl has 2048",
                width);
        Require.that(
                source.stream().noneMatch(String::isBlank),
                "the source of a text encoder must be a folder or hf://OWNER/REPO, but is '%s'; name one, or leave it out",
                source.orElse(""));
    }

    /** An encoder of this width that lies nowhere in particular, its rows padded as LlamaGen's are. */
    public FrozenEncoder(int width) {
        this(Optional.empty(), width, PaddingSide.RIGHT, PaddingRule.HIDDEN);
    }

    /** The same encoder in another place. */
    public FrozenEncoder withSource(String other) {
        return new FrozenEncoder(Optional.of(other), width, paddingSide, paddingRule);
    }
}
