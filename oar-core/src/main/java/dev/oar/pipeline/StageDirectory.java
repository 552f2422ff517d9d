package dev.oar.pipeline;

import dev.oar.checkpoint.AtomicFile;
import dev.oar.checkpoint.CorruptFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder of one stage, {@code stages/NAME-FINGERPRINT}: a stage with other settings or inputs has another folder, so nothing is
 * ever overwritten by a changed recipe. {@code stage.json} is written last; with it, the stage is complete.
 */
final class StageDirectory {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String MARKER = "stage.json";
    private static final int SHORT = 12;

    /**
     * What the marker says.
     *
     * @param stage name of the stage
     * @param fingerprint of settings and inputs
     * @param seconds time spent on it, interruptions included in part only
     * @param outputs fingerprints or figures that later stages and the report use
     */
    record Marker(String stage, String fingerprint, double seconds, Map<String, String> outputs) {}

    private final Path path;
    private final StageName stage;
    private final String fingerprint;

    StageDirectory(Path runDirectory, StageName stage, String fingerprint) {
        this.path = runDirectory.resolve("stages").resolve(stage.label() + "-" + fingerprint.substring(0, SHORT));
        this.stage = stage;
        this.fingerprint = fingerprint;
    }

    Path path() {
        return path;
    }

    /** The marker, if the stage is complete. */
    Optional<Marker> marker() throws IOException {
        Path file = path.resolve(MARKER);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            Marker marker = JSON.readValue(Files.readAllBytes(file), Marker.class);
            return marker.fingerprint().equals(fingerprint) ? Optional.of(marker) : Optional.empty();
        } catch (JacksonException e) {
            throw new CorruptFileException(
                    file + " cannot be read as the mark of a finished stage; delete the folder to run the stage again",
                    e);
        }
    }

    /** Marks the stage as complete. */
    Marker complete(Duration duration, Map<String, String> outputs) throws IOException {
        Marker marker =
                new Marker(stage.label(), fingerprint, duration.toMillis() / 1000.0, new LinkedHashMap<>(outputs));
        byte[] json =
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(marker).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(path.resolve(MARKER), json);
        return marker;
    }
}
