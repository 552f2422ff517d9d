package dev.oar.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.oar.checkpoint.StrictJson;
import dev.oar.file.AtomicFile;
import dev.oar.file.BoundedFile;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All figures of an evaluation; the content of {@code results.json}. It holds no times and no paths: the same inputs give the
 * same bytes.
 *
 * <p>First stands the {@code version} of the format, {@value #VERSION}. Keys stand in kebab case in the sequence of the records' components,
 * settings by name. The ends of an interval are null where there is none, and {@code missing} says why ({@code too-few-images},
 * {@code reference-by-statistics}, ...). What is not there, such as the values of families of a distance, is left out; so results of earlier
 * versions, which say less and do not name their version, can still be read.
 *
 * @param settings what figures depend on, such as fingerprints, sizes and seeds, by name
 * @param figures the figures, in the sequence of tables
 * @param comparisons the comparisons of models
 */
public record EvaluationReport(
        Map<String, String> settings, List<EvaluationFigure> figures, List<PairedComparison> comparisons) {
    /** The version of results files that are written. The first one did not say its version. */
    public static final int VERSION = 2;

    private static final String VERSION_KEY = "version";
    private static final int MAX_BYTES = 64 << 20;

    private static final JsonMapper JSON = StrictJson.mapper()
            .addModule(IntervalJson.module())
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.NON_ABSENT))
            .build();

    /** Copies the parts and sorts the settings. */
    public EvaluationReport {
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
        figures = List.copyOf(figures);
        comparisons = List.copyOf(comparisons);
    }

    /** The figure of a model under a drawing, if it was measured. */
    public Optional<EvaluationFigure> figure(String arm, String drawing, String metric) {
        return figures.stream()
                .filter(figure -> figure.arm().equals(arm)
                        && figure.drawing().equals(drawing)
                        && figure.metric().name().equals(metric))
                .findFirst();
    }

    /** The report as JSON with a line end behind it. */
    public String json() {
        ObjectNode results = JSON.createObjectNode().put(VERSION_KEY, VERSION);
        results.setAll((ObjectNode) JSON.valueToTree(this));
        String pretty = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(results);
        return pretty.replace("\r\n", "\n") + "\n";
    }

    /** Writes {@link #json()} so that the file appears whole or not at all. */
    public void write(Path file) throws IOException {
        AtomicFile.write(file, json().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws CorruptFileException if it is damaged, of a later version or larger than {@value #MAX_BYTES} bytes
     */
    public static EvaluationReport read(Path file) throws IOException {
        byte[] bytes = BoundedFile.read(file, MAX_BYTES, "evaluate again");
        try {
            return of(JSON.readTree(bytes));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new CorruptFileException(
                    file + " must hold the figures of an evaluation, but is damaged or of a later version ("
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + "); evaluate again",
                    e);
        }
    }

    private static EvaluationReport of(JsonNode json) {
        if (!(json instanceof ObjectNode results)) {
            throw new IllegalArgumentException("it holds no object");
        }
        JsonNode version = results.path(VERSION_KEY);
        if (version.isMissingNode()) {
            EarlierResults.translate(results);
        } else if (!version.equals(IntNode.valueOf(VERSION))) {
            throw new IllegalArgumentException(
                    "its version is " + version + ", and those up to " + VERSION + " are known");
        }
        var unused = results.remove(VERSION_KEY);
        return JSON.treeToValue(results, EvaluationReport.class);
    }
}
