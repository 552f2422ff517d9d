package dev.oar.measure;

import java.time.Duration;

/** Is told the progress of a measurement. */
@FunctionalInterface
public interface MeasurementListener {
    /** Called after each batch. */
    void progress(String activity, long done, long total);

    /**
     * Called when a model has drawn all its samples under one drawing; not of samples that were there before.
     *
     * @param drawing the drawing's order
     * @param images how many were drawn
     * @param duration how long that took
     */
    default void drawn(String model, String drawing, int images, Duration duration) {}
}
