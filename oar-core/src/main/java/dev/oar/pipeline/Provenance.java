package dev.oar.pipeline;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where the results of a run come from; the content of {@code provenance.json}. It informs and decides nothing: no fingerprint
 * covers it, and nothing reads it.
 *
 * @param format {@value #FORMAT}
 * @param version of the format, {@value #VERSION}
 * @param recipe name of the recipe that was run last
 * @param seed its seed
 * @param environment what the process that wrote this ran on ({@link Environment})
 * @param choices what the recipe left to the machine, by the name of the setting, and what was chosen ({@link RunChoices})
 * @param fingerprints of the images, and of every weight file by the name of what it belongs to
 * @param stages the stages that were needed, in the order in which they run
 */
record Provenance(
        String format,
        int version,
        String recipe,
        long seed,
        Map<String, String> environment,
        Map<String, String> choices,
        Map<String, String> fingerprints,
        List<FinishedStage> stages) {
    private static final String FORMAT = "oar-provenance";
    private static final int VERSION = 2;
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    /**
     * A complete stage.
     *
     * @param name its name
     * @param folder its folder's name
     * @param seconds time spent on it
     * @param attempts how often it was begun; null if some attempt was not timed
     * @param finished when it was complete; null if unknown
     * @param environment what its last attempt ran on; null if unknown
     */
    record FinishedStage(
            String name,
            String folder,
            double seconds,
            @Nullable Integer attempts,
            @Nullable String finished,
            @Nullable Map<String, String> environment) {
        static FinishedStage of(Stage stage) throws IOException {
            StageDirectory.Marker marker = stage.result();
            return new FinishedStage(
                    stage.name().label(),
                    String.valueOf(stage.directory().path().getFileName()),
                    marker.seconds(),
                    marker.attempts(),
                    marker.finished(),
                    marker.environment());
        }
    }

    /** The provenance of what these complete stages have left. */
    static Provenance of(RunContext context, List<Stage> stages) throws IOException {
        Map<String, String> fingerprints = new LinkedHashMap<>();
        fingerprints.put("images", context.imagesFingerprint());
        List<FinishedStage> finished = new ArrayList<>();
        for (Stage stage : stages) {
            finished.add(FinishedStage.of(stage));
            for (Map.Entry<String, Path> file : stage.weights().entrySet()) {
                fingerprints.put(file.getKey(), Fingerprint.ofFile(file.getValue()));
            }
        }
        return new Provenance(
                FORMAT,
                VERSION,
                context.recipe().name(),
                context.recipe().seed(),
                Environment.current(context.device(), context.group().size()),
                context.choices(),
                fingerprints,
                finished);
    }

    /** Writes it so that the file appears whole or not at all. */
    void write(Path file) throws IOException {
        String json = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
        AtomicFile.write(file, json.getBytes(StandardCharsets.UTF_8));
    }

    /** For the foot of a report. */
    Map<String, String> entries() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("recipe", recipe + ", seed " + seed);
        entries.putAll(environment);
        choices.forEach((setting, choice) -> entries.put(setting + " (chosen here)", choice));
        fingerprints.forEach((name, fingerprint) -> entries.put(name + " (SHA-256)", fingerprint));
        stages.forEach(stage -> entries.put(stage.name() + " finished", finished(stage)));
        return entries;
    }

    private String finished(FinishedStage stage) {
        String when = stage.finished() == null ? "at an unknown time" : stage.finished();
        Map<String, String> where = stage.environment();
        return where == null || where.equals(environment) ? when : when + ", on " + String.join(", ", where.values());
    }
}
