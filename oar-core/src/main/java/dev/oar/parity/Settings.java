package dev.oar.parity;

import dev.oar.config.Spelling;
import dev.oar.file.CorruptFileException;
import dev.oar.file.NamedReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON object among the settings of a case. A comparison asks for every key of it, be it a setting that it uses or a remark on where the
 * numbers come from; a key that nobody has asked for in the end is an error, since the comparison would be of something else than the
 * setting says. A value of null counts as missing.
 */
final class Settings {
    private final Path file;
    private final String place;
    private final JsonNode object;
    private final TreeSet<String> known = new TreeSet<>();
    private final Map<String, List<Settings>> parts = new LinkedHashMap<>();

    private Settings(Path file, String place, JsonNode object) {
        this.file = file;
        this.place = place;
        this.object = object;
    }

    /**
     * The object in a file.
     *
     * @throws CorruptFileException if there is none
     */
    static Settings read(Path file) throws IOException {
        return checked(file, "", json(file));
    }

    /** The objects of the list in a file. */
    static List<Settings> readList(Path file) throws IOException {
        return list(file, "", json(file));
    }

    /** A text. */
    String text(String key) throws CorruptFileException {
        return of(key, "a text", JsonNode::isString).asString();
    }

    /** A whole number. */
    int integer(String key) throws CorruptFileException {
        return of(key, "a whole number", Settings::isInteger).asInt();
    }

    /** A whole number that may be missing. */
    Optional<Integer> optionalInteger(String key) throws CorruptFileException {
        return has(key) ? Optional.of(integer(key)) : Optional.empty();
    }

    /** A number. */
    double number(String key) throws CorruptFileException {
        return of(key, "a number", JsonNode::isNumber).asDouble();
    }

    /** A number that may be missing. */
    Optional<Double> optionalNumber(String key) throws CorruptFileException {
        return has(key) ? Optional.of(number(key)) : Optional.empty();
    }

    /** A truth value. */
    boolean flag(String key) throws CorruptFileException {
        return of(key, "true or false", JsonNode::isBoolean).asBoolean();
    }

    /** A list of whole numbers. */
    List<Integer> integers(String key) throws CorruptFileException {
        return list(key, "whole numbers", Settings::isInteger)
                .map(JsonNode::asInt)
                .toList();
    }

    /** A list of numbers. */
    List<Double> numbers(String key) throws CorruptFileException {
        return list(key, "numbers", JsonNode::isNumber).map(JsonNode::asDouble).toList();
    }

    /** A list of texts. */
    List<String> texts(String key) throws CorruptFileException {
        return list(key, "texts", JsonNode::isString).map(JsonNode::asString).toList();
    }

    /** An object inside this one. */
    Settings part(String key) throws CorruptFileException {
        JsonNode node = of(key, "an object", JsonNode::isObject);
        return parts.computeIfAbsent(key, unused -> List.of(new Settings(file, at(key) + ".", node)))
                .get(0);
    }

    /** A list of objects inside this one. */
    List<Settings> parts(String key) throws CorruptFileException {
        JsonNode node = of(key, "a list of objects", JsonNode::isArray);
        if (!parts.containsKey(key)) {
            parts.put(key, list(file, at(key), node));
        }
        return parts.getOrDefault(key, List.of());
    }

    /** All keys, each of which is a setting. */
    List<String> keys() {
        known.addAll(object.propertyNames());
        return List.copyOf(object.propertyNames());
    }

    /** Whether a setting that may be missing is there. */
    boolean has(String key) {
        known.add(key);
        return !object.path(key).isMissingNode() && !object.path(key).isNull();
    }

    /** Names remarks on where the numbers come from, or on stored tensors, which nothing depends on. */
    void remarks(String... keys) {
        known.addAll(List.of(keys));
    }

    /**
     * Demands that a setting is one that this implementation has built in, or is missing.
     *
     * @param only a number, truth value or text
     */
    void fixed(String key, Object only) throws CorruptFileException {
        if (!has(key)) {
            return;
        }
        JsonNode node = object.path(key);
        boolean equal = only instanceof Number number
                ? node.isNumber() && node.asDouble() == number.doubleValue()
                : node.isValueNode() && node.asString().equals(only.toString());
        if (!equal) {
            throw new CorruptFileException(file + " must have " + only + " as the setting '" + at(key)
                    + "', since nothing else can be compared, but has " + node + "; correct it");
        }
    }

    /**
     * Refuses whatever nobody has asked for.
     *
     * @throws CorruptFileException with the first such key and the nearest known one
     */
    void requireAllKnown() throws CorruptFileException {
        for (String key : object.propertyNames()) {
            if (!known.contains(key)) {
                List<String> missing = known.stream()
                        .filter(name -> object.path(name).isMissingNode())
                        .toList();
                String nearest = Spelling.nearest(key, missing.isEmpty() ? known : missing, 1).stream()
                        .map(name -> " (the nearest setting that it knows is '" + name + "')")
                        .findFirst()
                        .orElse("");
                throw new CorruptFileException(file + " holds the setting '" + at(key)
                        + "', which its comparison does not use" + nearest + "; correct or remove it");
            }
        }
        for (List<Settings> inside : parts.values()) {
            for (Settings part : inside) {
                part.requireAllKnown();
            }
        }
    }

    /** Says that a setting has a value that cannot be compared. */
    CorruptFileException refused(String key, String rule) {
        return new CorruptFileException(file + " must have " + rule + " as the setting '" + at(key) + "', but has "
                + object.path(key) + "; correct it");
    }

    private JsonNode of(String key, String rule, Predicate<JsonNode> test) throws CorruptFileException {
        if (!has(key)) {
            throw new CorruptFileException(file + " must have the setting '" + at(key) + "', but has not; add it");
        }
        JsonNode node = object.path(key);
        if (!test.test(node)) {
            throw refused(key, rule);
        }
        return node;
    }

    private Stream<JsonNode> list(String key, String rule, Predicate<JsonNode> test) throws CorruptFileException {
        JsonNode node = of(key, "a list of " + rule, JsonNode::isArray);
        if (!node.valueStream().allMatch(test)) {
            throw refused(key, "a list of " + rule);
        }
        return node.valueStream();
    }

    private static List<Settings> list(Path file, String place, JsonNode node) throws CorruptFileException {
        List<Settings> all = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            all.add(checked(file, place + "[" + i + "].", node.get(i)));
        }
        return all;
    }

    private static Settings checked(Path file, String place, JsonNode node) throws CorruptFileException {
        if (!node.isObject()) {
            throw new CorruptFileException(file + " must hold settings by name, but holds "
                    + (place.isEmpty() ? "none" : "something else at " + place) + "; make it again");
        }
        return new Settings(file, place, node);
    }

    private static boolean isInteger(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToInt();
    }

    private String at(String key) {
        return place + key;
    }

    private static JsonNode json(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new CorruptFileException("a folder of reference numbers holds " + file.getFileName() + ", but "
                    + file.getParent() + " does not; name a folder with config.json and files of tensors");
        }
        try {
            return new JsonMapper().readTree(NamedReading.text(file));
        } catch (JacksonException e) {
            throw new CorruptFileException(
                    file + " must be JSON, but cannot be read (" + e.getOriginalMessage() + "); make it again", e);
        }
    }
}
