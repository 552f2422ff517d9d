package dev.oar.artifact;

import dev.oar.model.Captions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Makes of captions what a model draws from. */
public sealed interface CaptionReader extends AutoCloseable permits LearnedCaptionReader, FrozenCaptionReader {
    /**
     * Checks that captions can be read; this takes no longer than tokenizing them.
     *
     * @param negative what images shall not show
     * @throws IllegalArgumentException if a caption is empty, holds control characters, or is too long and may not be cut
     */
    void require(List<String> captions, Optional<String> negative);

    /**
     * Captions as the model takes them; close them after use, or give them to a model that does.
     *
     * @param captions at least one
     * @param negative what images shall not show, which unconditional rows see; none: nothing in particular
     * @throws IllegalArgumentException as {@link #require}, or if the encoder cannot embed one
     * @throws IOException if the encoder cannot be read
     */
    Captions read(List<String> captions, Optional<String> negative) throws IOException;

    /** How many of these captions are longer than the model takes, and are cut. */
    long cut(List<String> captions);

    @Override
    void close();
}
