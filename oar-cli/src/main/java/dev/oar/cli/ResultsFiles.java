package dev.oar.cli;

import dev.oar.evaluate.EvaluationReport;
import dev.oar.measure.MeasurementFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Results of measurements, as users name them. */
final class ResultsFiles {
    private ResultsFiles() {}

    /**
     * Reads results.
     *
     * @param given a file of results, or the folder that holds one
     * @throws IOException if there is none, or it is damaged
     */
    static EvaluationReport read(Path given) throws IOException {
        Path file = Files.isDirectory(given) ? given.resolve(MeasurementFolder.RESULTS) : given;
        if (!Files.isRegularFile(file)) {
            throw new IOException("results are files that 'oar run', 'oar evaluate' or 'oar retention' has written, but"
                    + " there is no " + file + "; correct the path");
        }
        return EvaluationReport.read(file);
    }
}
