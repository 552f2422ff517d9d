package dev.oar.layout;

import dev.oar.file.CorruptFileException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads tables in JSON lines, the format of Hugging Face's image folders: an object per line, its keys being the columns. A value that
 * is left out or null is empty; lists and objects may stand only in columns that are not asked for.
 */
final class JsonLinesTable {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private final String name;
    private final Set<String> wanted;
    private final Set<String> columns = new LinkedHashSet<>();
    private final List<Map<String, String>> values = new ArrayList<>();
    private final List<Long> numbers = new ArrayList<>();

    private JsonLinesTable(String name, Set<String> wanted) {
        this.name = name;
        this.wanted = wanted;
    }

    /**
     * Reads a table; rows are numbered by their lines.
     *
     * @param name what to call it in errors
     * @param wanted the columns that will be asked for; others are empty
     * @param problems hears of lines that cannot be read
     * @throws CorruptFileException in one sentence, where problems are refused, if a line is no object, or a value asked for is a list or an object
     */
    static Table parse(String name, String text, Set<String> wanted, Problems problems) throws CorruptFileException {
        JsonLinesTable table = new JsonLinesTable(name, wanted);
        long number = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            number++;
            if (!line.isBlank()) {
                table.add(number, line, problems);
            }
        }
        return table.build();
    }

    private void add(long number, String line, Problems problems) throws CorruptFileException {
        try {
            add(number, line);
        } catch (CorruptFileException e) {
            problems.found(ListingProblem.BROKEN_ROW, "line " + number, e);
        }
    }

    private void add(long number, String line) throws CorruptFileException {
        values.add(fields("line " + number + " of " + name, "write one such object per line", line, wanted, columns));
        numbers.add(number);
    }

    /**
     * The texts of one JSON object.
     *
     * @param place where it stands, as an error begins
     * @param remedy what to do if it is none, the end of a sentence
     * @param wanted the keys whose values are asked for
     * @param keys receives all keys
     * @throws CorruptFileException in one sentence, if the text is no object, or a value asked for is a list or an object
     */
    static Map<String, String> fields(String place, String remedy, String json, Set<String> wanted, Set<String> keys)
            throws CorruptFileException {
        Map<String, String> fields = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : object(place, remedy, json).properties()) {
            keys.add(entry.getKey());
            if (wanted.contains(entry.getKey())) {
                fields.put(entry.getKey(), text(place, entry.getKey(), entry.getValue()));
            }
        }
        return fields;
    }

    private static JsonNode object(String place, String remedy, String line) throws CorruptFileException {
        String rule = place + " must be one JSON object whose keys stand once, but is not; " + remedy;
        try {
            JsonNode node = JSON.readTree(line);
            if (node.isObject()) {
                return node;
            }
        } catch (JacksonException e) {
            throw new CorruptFileException(rule, e);
        }
        throw new CorruptFileException(rule);
    }

    private static String text(String place, String column, JsonNode value) throws CorruptFileException {
        if (value.isContainer()) {
            throw new CorruptFileException(place + " must give '" + column
                    + "' as a text or a number, but gives " + (value.isArray() ? "a list" : "an object")
                    + "; write a text, or name another column in the recipe");
        }
        return value.isNull() ? "" : (value.isString() ? value.stringValue() : value.toString()).strip();
    }

    private Table build() {
        List<String> names = List.copyOf(columns);
        List<Table.Row> rows = new ArrayList<>();
        for (int row = 0; row < values.size(); row++) {
            Map<String, String> of = values.get(row);
            rows.add(new Table.Row(
                    numbers.get(row),
                    names.stream().map(column -> of.getOrDefault(column, "")).toList()));
        }
        return new Table(name, "line", names, rows);
    }
}
