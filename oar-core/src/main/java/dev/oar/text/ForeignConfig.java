package dev.oar.text;

import dev.oar.file.BoundedFile;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/**
 * The {@code config.json} of a published model. It describes training, generation and other libraries as well, so keys that nobody here
 * asks for are passed over; a key that is asked for must be there and of its type, unless the format itself says what its absence means.
 */
final class ForeignConfig {
    private static final int LARGEST = 1 << 20;
    private static final int LARGEST_NUMBER = 1 << 24;

    private final Path path;
    private final JsonNode object;

    private ForeignConfig(Path path, JsonNode object) {
        this.path = path;
        this.object = object;
    }

    static ForeignConfig read(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new CorruptFileException("a text encoder is described by a file config.json, but there is no file "
                    + path + "; name the folder of a published encoder");
        }
        return new ForeignConfig(
                path, TokenizerFile.parse(path, BoundedFile.text(path, LARGEST, "name the config.json of an encoder")));
    }

    Path path() {
        return path;
    }

    boolean has(String key) {
        return !object.path(key).isMissingNode() && !object.path(key).isNull();
    }

    /** The object of this key, for configurations of models of several parts. */
    ForeignConfig part(String key) throws CorruptFileException {
        if (!object.path(key).isObject()) {
            throw broken(key, "settings by name");
        }
        return new ForeignConfig(path, object.path(key));
    }

    /** A whole number of at least {@code least}. */
    int integer(String key, int least) throws CorruptFileException {
        JsonNode node = object.path(key);
        if (!node.isIntegralNumber()
                || !node.canConvertToInt()
                || node.asInt() < least
                || node.asInt() > LARGEST_NUMBER) {
            throw broken(key, "a whole number in " + least + " .. " + LARGEST_NUMBER);
        }
        return node.asInt();
    }

    /** The same for a key whose absence means a number. */
    int integer(String key, int least, int absent) throws CorruptFileException {
        return has(key) ? integer(key, least) : absent;
    }

    /** A positive number, for a key whose absence means one. */
    double positive(String key, double absent) throws CorruptFileException {
        if (!has(key)) {
            return absent;
        }
        JsonNode node = object.path(key);
        if (!node.isNumber() || !(node.asDouble() > 0) || Double.isInfinite(node.asDouble())) {
            throw broken(key, "a positive number");
        }
        return node.asDouble();
    }

    /** One of some words, for a key whose absence means one of them. */
    String word(String key, String absent, String... allowed) throws CorruptFileException {
        if (!has(key)) {
            return absent;
        }
        JsonNode node = object.path(key);
        if (!node.isString() || !Arrays.asList(allowed).contains(node.asString())) {
            throw broken(key, "one of the words " + String.join(", ", allowed));
        }
        return node.asString();
    }

    /** Demands that a truth value, if it is there, is this one. */
    void fixed(String key, boolean only) throws CorruptFileException {
        if (has(key) && !(object.path(key).isBoolean() && object.path(key).asBoolean() == only)) {
            throw broken(key, Boolean.toString(only));
        }
    }

    private CorruptFileException broken(String key, String rule) {
        return new CorruptFileException(path + " must have " + rule + " as '" + key + "', but has "
                + (has(key) ? TokenizerRules.shown(object.path(key).toString()) : "nothing")
                + "; fetch it again, or use another encoder");
    }
}
