package dev.oar.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** How models are measured side by side, whatever is measured, and where results go. */
final class MeasurementOptions {
    @Option(
            names = "--batch-size",
            paramLabel = "B",
            defaultValue = "32",
            description = "Images per forward pass (default: ${DEFAULT-VALUE}).")
    private int batchSize = 32;

    @Option(
            names = "--subsamples",
            paramLabel = "N",
            defaultValue = "40",
            description = "Subsamples behind every interval that has no formula (default: ${DEFAULT-VALUE}).")
    private int subsamples = 40;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Seed of everything drawn at random (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where results go.")
    private Path out = Path.of("");

    int batchSize() {
        return batchSize;
    }

    int subsamples() {
        return subsamples;
    }

    long seed() {
        return seed;
    }

    Path out() {
        return out;
    }
}
