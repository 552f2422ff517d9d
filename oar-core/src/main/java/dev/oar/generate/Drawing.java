package dev.oar.generate;

import dev.oar.config.Default;
import dev.oar.config.Flat;
import dev.oar.tensor.WeightFormat;

/**
 * How images are drawn.
 *
 * @param order in which order cells are filled
 * @param guidance how strongly images are drawn towards their condition
 * @param sampling which tokens may be drawn, and how likely
 * @param weightFormat how the weights of the model's linear layers are kept while it draws
 */
public record Drawing(
        DrawingOrder order,
        @Flat GuidanceSettings guidance,
        @Flat Sampling sampling,
        @Default("float32") WeightFormat weightFormat) {

    /** This order without guidance and filters, with weights in float32. */
    public static Drawing of(DrawingOrder order) {
        return new Drawing(order, GuidanceSettings.OFF, Sampling.NONE, WeightFormat.FLOAT32);
    }

    /** The same drawing in another order. */
    public Drawing withOrder(DrawingOrder other) {
        return new Drawing(other, guidance, sampling, weightFormat);
    }

    /** The same drawing under other guidance. */
    public Drawing withGuidance(GuidanceSettings other) {
        return new Drawing(order, other, sampling, weightFormat);
    }

    /** The same drawing at another guidance scale. */
    public Drawing withGuidanceScale(double other) {
        return withGuidance(new GuidanceSettings(other, guidance.guidanceSchedule()));
    }

    /** The same drawing with weights in another format. */
    public Drawing withWeightFormat(WeightFormat other) {
        return new Drawing(order, guidance, sampling, other);
    }
}
