package dev.oar.pipeline;

import dev.oar.file.AtomicFile;
import dev.oar.file.BoundedFile;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder of one stage, {@code stages/NAME-FINGERPRINT}: a stage with other settings or inputs has another folder, so nothing is
 * ever overwritten by a changed recipe. {@code stage.json} is written last; with it, the stage is complete.
 */
final class StageDirectory {
    static final String MARKER = "stage.json";

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final int MAX_BYTES = 1 << 20;
    private static final int SHORT = 12;

    /**
     * What the marker says. Its optional parts are missing from what earlier versions wrote.
     *
     * @param stage name of the stage
     * @param fingerprint of settings and inputs
     * @param seconds time spent on it, interrupted attempts included
     * @param outputs fingerprints or figures that later stages and the report use
     * @param attempts how often it was begun; null if some attempt was not timed and {@code seconds} may be too few
     * @param finished when it was complete, as in ISO 8601; null if unknown
     * @param environment what the last attempt ran on ({@link Environment}); null if unknown
     */
    record Marker(
            String stage,
            String fingerprint,
            double seconds,
            Map<String, String> outputs,
            @Nullable Integer attempts,
            @Nullable String finished,
            @Nullable Map<String, String> environment) {
        /** Checks what must be there. */
        Marker {
            if (stage == null || fingerprint == null || outputs == null) {
                throw new IllegalArgumentException("a mark names stage, fingerprint and outputs; run the stage again");
            }
        }

        /** The time for people, with what is to be said about it. */
        String time() {
            String text = String.format(java.util.Locale.ROOT, "%.1f s", seconds);
            if (attempts == null) {
                return text + " at least; interrupted attempts may be missing";
            }
            return attempts == 1 ? text : text + " in " + attempts + " attempts";
        }
    }

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
        byte[] bytes = BoundedFile.read(file, MAX_BYTES, "delete the folder to run the stage again");
        try {
            return Optional.ofNullable(JSON.readValue(bytes, Marker.class))
                    .filter(marker -> marker.fingerprint().equals(fingerprint));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new CorruptFileException(
                    file + " cannot be read as the mark of a finished stage; delete the folder to run the stage again",
                    e);
        }
    }

    /** Marks the stage as complete, done in a run. */
    Marker complete(StageTime.Spent spent, Map<String, String> outputs, RunContext context) throws IOException {
        Marker marker = new Marker(
                stage.label(),
                fingerprint,
                Math.round(spent.seconds() * 1000) / 1000.0,
                new LinkedHashMap<>(outputs),
                spent.attempts(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Environment.current(context.device(), context.group().size()));
        byte[] json =
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(marker).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(path.resolve(MARKER), json);
        return marker;
    }
}
