package dev.oar.benchmark;

import java.io.IOException;

/**
 * A row that can be measured.
 *
 * @param name the name that it will have
 * @param measurement what measures it
 */
public record PlannedRow(String name, Measurement measurement) {
    /** Measures one row. */
    @FunctionalInterface
    public interface Measurement {
        /** Does it; the figure bears the name that was planned. */
        Figure measure(MeasuredRows measured) throws IOException;
    }
}
