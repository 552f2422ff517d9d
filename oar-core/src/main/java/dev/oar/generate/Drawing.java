package dev.oar.generate;

import dev.oar.config.Default;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.SamplingFilter;

/**
 * How images are drawn.
 *
 * @param order in which order cells are filled
 * @param guidanceScale classifier-free guidance; 1 = off
 * @param guidanceSchedule how the scale grows
 * @param temperature sampling temperature
 * @param topK how many of the most probable tokens may be drawn; 0 = all
 * @param topP nucleus of probabilities that may be drawn; 1 = all
 */
public record Drawing(
        DrawingOrder order,
        @Default("1") double guidanceScale,
        @Default("constant") GuidanceSchedule guidanceSchedule,
        @Default("1") double temperature,
        @Default("0") int topK,
        @Default("1") double topP) {

    /** How the guidance scale changes while cells are filled. */
    public enum GuidanceSchedule {
        /** The same at every step. */
        CONSTANT,
        /** From 1 at the first cell to the full scale. */
        LINEAR
    }

    /** Checks the numbers by making what they stand for. */
    public Drawing {
        var unused = new SamplingFilter(temperature, topK, topP);
        var unusedGuidance = ClassifierFreeGuidance.constant(guidanceScale);
    }

    /** This order without guidance and filters. */
    public static Drawing of(DrawingOrder order) {
        return new Drawing(order, 1, GuidanceSchedule.CONSTANT, 1, 0, 1);
    }

    /** The same drawing in another order. */
    public Drawing withOrder(DrawingOrder other) {
        return new Drawing(other, guidanceScale, guidanceSchedule, temperature, topK, topP);
    }

    /** The decoder's guidance. */
    public ClassifierFreeGuidance guidance() {
        return switch (guidanceSchedule) {
            case CONSTANT -> ClassifierFreeGuidance.constant(guidanceScale);
            case LINEAR -> ClassifierFreeGuidance.linear(1, guidanceScale);
        };
    }

    /** The decoder's filter. */
    public SamplingFilter filter() {
        return new SamplingFilter(temperature, topK, topP);
    }
}
