package dev.oar.parity;

import dev.oar.checkpoint.Safetensors;
import dev.oar.file.CorruptFileException;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A folder of reference numbers: {@code config.json}, which names the case's {@code kind}, its settings and its tolerances, and
 * files of tensors beside it.
 *
 * @param path the folder
 * @param config what {@code config.json} says
 */
public record GoldenFolder(Path path, JsonNode config) {
    /** File name of the settings. */
    public static final String CONFIG = "config.json";

    /** File name of the weights of the reference model. */
    public static final String WEIGHTS = "weights.safetensors";

    /**
     * Opens a folder.
     *
     * @throws CorruptFileException if there is no readable {@code config.json} with a kind
     */
    public static GoldenFolder open(Path path) throws IOException {
        JsonNode config = json(path.resolve(CONFIG));
        if (config.path("kind").asString("").isEmpty()) {
            throw new CorruptFileException(
                    path.resolve(CONFIG) + " must name the case by 'kind', but does not; add it");
        }
        return new GoldenFolder(path, config);
    }

    /** The kind of case. */
    public String kind() {
        return config.path("kind").asString();
    }

    /** A JSON file of the folder. */
    public JsonNode json(String file) throws IOException {
        return json(path.resolve(file));
    }

    /** A file of tensors. */
    public Safetensors tensors(String file) throws IOException {
        return Safetensors.open(path.resolve(file));
    }

    /** All files of tensors, sorted by name. */
    public List<String> tensorFiles() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".safetensors"))
                    .sorted()
                    .toList();
        }
    }

    /** The weights of the reference model; close them after use, or hand them to a model that does. */
    public Weights weights() throws IOException {
        return Safetensors.weights(path.resolve(WEIGHTS));
    }

    /**
     * A setting that must be there.
     *
     * @throws CorruptFileException if it is not
     */
    public JsonNode setting(String... keys) throws CorruptFileException {
        JsonNode node = config;
        for (String key : keys) {
            node = node.path(key);
        }
        if (node.isMissingNode() || node.isNull()) {
            throw new CorruptFileException(path.resolve(CONFIG) + " must have the setting '" + String.join(".", keys)
                    + "' for a case of kind " + kind() + ", but has not; add it");
        }
        return node;
    }

    /** A whole number among the settings. */
    public int integer(String... keys) throws CorruptFileException {
        return setting(keys).asInt();
    }

    /** A number among the tolerances. */
    public double tolerance(String name) throws CorruptFileException {
        return setting("tolerance", name).asDouble();
    }

    private static JsonNode json(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new CorruptFileException("a folder of reference numbers holds " + file.getFileName() + ", but "
                    + file.getParent() + " does not; name a folder with config.json and files of tensors");
        }
        try {
            return new JsonMapper().readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new CorruptFileException(
                    file + " must be JSON, but cannot be read (" + e.getOriginalMessage() + "); make it again", e);
        }
    }

    @Override
    public String toString() {
        return String.valueOf(path.getFileName());
    }
}
