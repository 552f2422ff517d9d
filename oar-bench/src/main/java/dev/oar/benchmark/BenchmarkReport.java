package dev.oar.benchmark;

import dev.oar.checkpoint.StrictJson;
import dev.oar.file.AtomicFile;
import dev.oar.file.BoundedFile;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All rows of a benchmark and what they were measured on; as a file, JSON with keys in kebab case in the sequence of the records'
 * components.
 *
 * @param machine the machine
 * @param limits its limits, the best of all measurements
 * @param steadiness the least fraction of those that a measurement of bandwidth or float32 products reached, in (0, 1]; well below 1
 *     something else ran meanwhile
 * @param rows the rows in the sequence in which they were measured
 */
public record BenchmarkReport(Machine machine, MachineLimits limits, double steadiness, List<BenchmarkRow> rows) {
    private static final int MAX_BYTES = 16 << 20;

    private static final JsonMapper JSON = StrictJson.complete()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    /** Copies the rows. */
    public BenchmarkReport {
        rows = List.copyOf(rows);
    }

    /** The report as JSON with a line end behind it. */
    public String json() {
        String pretty = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this);
        return pretty.replace("\r\n", "\n") + "\n";
    }

    /** Writes {@link #json()} so that the file appears whole or not at all. */
    public void write(Path file) throws IOException {
        AtomicFile.write(file, json().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws CorruptFileException if it is damaged, of another version or larger than {@value #MAX_BYTES} bytes
     */
    public static BenchmarkReport read(Path file) throws IOException {
        byte[] bytes = BoundedFile.read(file, MAX_BYTES, "name a file that 'oar bench --json' has written");
        try {
            BenchmarkReport report = JSON.readValue(bytes, BenchmarkReport.class);
            if (report == null) {
                throw new IllegalArgumentException("it holds null");
            }
            return report;
        } catch (JacksonException | IllegalArgumentException e) {
            throw new CorruptFileException(
                    file + " must hold the rows of a benchmark, but is damaged or of another version ("
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                            + "); name a file that 'oar bench --json' of this version has written",
                    e);
        }
    }
}
