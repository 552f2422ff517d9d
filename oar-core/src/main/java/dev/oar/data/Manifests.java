package dev.oar.data;

import dev.oar.checkpoint.StrictJson;
import dev.oar.file.AtomicFile;
import dev.oar.file.CorruptFileException;
import dev.oar.file.NamedReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Records as JSON files with keys in kebab case, read strictly: no key may be missing, null, unknown or of another type. */
final class Manifests {
    static final String FILE_NAME = "manifest.json";

    private static final long MAX_BYTES = 1L << 30;

    private static final JsonMapper JSON =
            StrictJson.complete().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Manifests() {}

    /**
     * Reads a record.
     *
     * @param made the command that makes such files, for errors
     */
    static <T extends Record> T read(Path file, Class<T> type, String made) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new CorruptFileException(
                    "there is no " + file + "; run `" + made + "` to the end, or correct the path");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new CorruptFileException("a manifest may have up to " + MAX_BYTES + " bytes, but " + file + " has "
                    + Files.size(file) + "; run `" + made + "` again");
        }
        try {
            T content = JSON.readValue(NamedReading.bytes(file), type);
            if (content == null) {
                throw new IllegalArgumentException("it holds null");
            }
            return content;
        } catch (JacksonException | IllegalArgumentException e) {
            throw unreadable(file, made, e);
        }
    }

    static CorruptFileException unreadable(Path file, String made, Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String reason = cause instanceof JacksonException json ? json.getOriginalMessage() : cause.getMessage();
        return new CorruptFileException(
                file + " is damaged or of another version ("
                        + String.valueOf(reason).lines().findFirst().orElse("") + "); run `" + made + "` again",
                e);
    }

    /** Writes a record so that the file appears whole or not at all. */
    static void write(Path file, Record content) throws IOException {
        AtomicFile.write(file, JSON.writeValueAsBytes(content));
    }

    /** The text that {@link #write} writes, for fingerprints. */
    static String text(Record content) {
        return JSON.writeValueAsString(content);
    }
}
