package dev.oar.message;

import dev.oar.config.Default;
import java.util.Optional;

/**
 * How what is painted anew meets the rest of the image.
 *
 * @param feather width of the rim inside the mask on which new pixels fade in
 * @param window side of the square that the model sees at once, in pixels; absent: as {@code oar inpaint} chooses
 */
public record PaintingFields(@Default("0") int feather, Optional<Integer> window) {}
