package dev.oar.measure;

/** Is told the progress of a measurement. */
@FunctionalInterface
public interface MeasurementListener {
    /** Called after each batch. */
    void progress(String activity, long done, long total);
}
