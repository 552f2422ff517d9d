package dev.oar.message;

import java.util.Optional;

/**
 * On which larger grid than the model's own images are drawn.
 *
 * @param grid height and width in cells, such as {@code 32x32}; absent: the model's own
 * @param spatialGuidanceScale guidance by the cells of the model's own grid, which are drawn first; absent: 1, which is off
 */
public record GridFields(Optional<String> grid, Optional<Double> spatialGuidanceScale) {
    /** On the model's own grid. */
    public static final GridFields OWN = new GridFields(Optional.empty(), Optional.empty());
}
