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
        /** Does it; the row bears the name it was planned under. */
        BenchmarkRow measure(MeasuredRows measured) throws IOException;
    }
}
