package dev.oar.benchmark;

/** Is told the progress of a benchmark. */
@FunctionalInterface
public interface BenchmarkListener {
    /**
     * A measurement begins.
     *
     * @param name the row, or the limits of the machine
     * @param done how many rows have been measured
     * @param total how many will be
     */
    void started(String name, int done, int total);
}
