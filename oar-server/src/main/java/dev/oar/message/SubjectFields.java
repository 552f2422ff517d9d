package dev.oar.message;

import dev.oar.config.Key;
import java.util.List;
import java.util.Optional;

/**
 * What images are to show.
 *
 * @param className a class of the model; may be left out for a model of one class
 * @param caption what to draw, of a model that draws from captions
 * @param captions several, of which images take one after the other, in turn; for {@code generate} alone
 * @param negativeCaption what images shall not show; needs guidance
 */
public record SubjectFields(
        @Key("class") Optional<String> className,
        Optional<String> caption,
        Optional<List<String>> captions,
        Optional<String> negativeCaption) {}
