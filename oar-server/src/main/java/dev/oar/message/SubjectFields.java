package dev.oar.message;

import dev.oar.config.Key;
import java.util.Optional;

/**
 * What images are to show.
 *
 * @param className a class of the model; may be left out for a model of one class
 * @param caption what to draw, of a model that draws from captions
 * @param negativeCaption what images shall not show; needs guidance
 */
public record SubjectFields(
        @Key("class") Optional<String> className, Optional<String> caption, Optional<String> negativeCaption) {}
