package dev.oar.model;

import dev.oar.config.Default;
import dev.oar.config.Kind;
import dev.oar.config.Require;
import java.util.Optional;

/**
 * Images are drawn from captions.
 *
 * @param length the largest number of tokens of a caption, at least 1; shorter captions are padded to it
 * @param tooLong what happens to longer ones
 * @param encoder what reads them
 */
@Kind("caption")
public record CaptionConditioning(
        @Default("64") int length,
        @Default("refuse") TooLong tooLong,
        @Default("{kind: learned}") CaptionEncoder encoder)
        implements Conditioning {
    /** What happens to a caption of more tokens than there is room for. */
    public enum TooLong {
        /** It is refused. */
        REFUSE,
        /** Its first tokens are read, and a warning says so. */
        CUT
    }

    /** Checks the length. */
    public CaptionConditioning {
        Require.that(
                length >= 1,
                "captions need room for at least 1 token, but length is %s; 120 is that of LlamaGen's models",
                length);
    }

    /** The same sizes for another encoder. */
    public CaptionConditioning withEncoder(CaptionEncoder other) {
        return new CaptionConditioning(length, tooLong, other);
    }

    /** The encoder if it is a frozen one. */
    public Optional<FrozenEncoder> frozen() {
        return encoder instanceof FrozenEncoder known ? Optional.of(known) : Optional.empty();
    }

    /** Captions that a frozen encoder embeds, as in LlamaGen's text-to-image models. */
    public static CaptionConditioning frozen(int length, int width) {
        return new CaptionConditioning(length, TooLong.REFUSE, new FrozenEncoder(width));
    }
}
