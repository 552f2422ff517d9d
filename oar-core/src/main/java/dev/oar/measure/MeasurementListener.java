package dev.oar.measure;

/** Hears how far a measurement is. */
@FunctionalInterface
public interface MeasurementListener {
    /** Called after each batch. */
    void progress(String activity, long done, long total);
}
