package dev.oar.config;

import dev.oar.config.YamlNode.Place;
import dev.oar.file.Utf8Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads YAML into records, strictly.
 *
 * <p>A mapping becomes a record whose components are its keys in kebab-case ({@code imageSize} is {@code image-size}). A
 * component may be an {@code int}, {@code long}, {@code double}, {@code boolean}, {@code String}, an enum (constants in
 * kebab-case), a {@code List}, a {@code Map} by {@code String}, a record, an interface of records chosen by the key {@code kind}
 * ({@link Kind}, {@link KnownKinds}), or an {@code Optional} of these, which is empty when the key is left out. All other keys are
 * required unless the component has a {@link Default}.
 *
 * <p>Unknown keys, keys that stand twice, missing values, wrong types, numbers out of range or not finite, and whatever a
 * record's own constructor refuses with an {@link IllegalArgumentException} become a {@link ConfigException} with file, line
 * and one sentence. Numbers are decimal; text needs quotes only where YAML needs them.
 */
public final class RecipeReader {
    private static final long LARGEST = 1 << 20;

    private RecipeReader() {}

    /**
     * Reads a file.
     *
     * @throws ConfigException if it cannot be read or does not fit
     */
    public static <T> T read(Path path, Class<T> type) {
        return parse(path.toString(), text(path), type);
    }

    /**
     * Reads a text.
     *
     * @param sourceName what to call the text in errors
     * @throws ConfigException if it does not fit
     */
    public static <T> T parse(String sourceName, String yaml, Class<T> type) {
        YamlNode root = YamlTree.parse(sourceName, Utf8Text.withoutMark(yaml))
                .orElseThrow(() -> new Place(sourceName, 1)
                        .error("a recipe must hold keys, but this one is empty; write it first"));
        return type.cast(new RecordBinder(false).bind(root, type, "the recipe"));
    }

    private static String text(Path path) {
        byte[] bytes = bytes(path);
        try {
            return Utf8Text.decode("the recipe " + path, bytes);
        } catch (IOException e) {
            throw new ConfigException(String.valueOf(e.getMessage()), e);
        }
    }

    private static byte[] bytes(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new ConfigException("a recipe must be a file, but " + path
                    + (Files.exists(path) ? " is none" : " does not exist") + "; check the path");
        }
        try {
            long size = Files.size(path);
            if (size > LARGEST) {
                throw new ConfigException("a recipe has at most " + LARGEST + " bytes, but " + path + " has " + size
                        + "; check that it is the recipe you mean");
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new ConfigException(
                    "the recipe " + path + " cannot be read (" + e.getMessage() + "); check its permissions", e);
        }
    }
}
