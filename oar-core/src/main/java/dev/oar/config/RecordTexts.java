package dev.oar.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A record as flat texts by key, and back. Keys and words are those of a recipe, but there are no groups of keys: the kind of a record
 * stands under the key of its component and its own keys beside that, any other record within is one text of its keys and values in turn,
 * and the items of a list are one text, all with spaces between. Numbers are those of {@code Double.toString}.
 */
public final class RecordTexts {
    private RecordTexts() {}

    /**
     * The texts of a record, in the order of its keys.
     *
     * @throws IllegalArgumentException if it holds what has no text, or a key would stand twice
     */
    public static Map<String, String> write(Record record) {
        return RecipeWriter.flat(record);
    }

    /**
     * Reads a record. Keys that are left out take their defaults.
     *
     * @param sourceName what to call the texts in errors
     * @throws ConfigException if they do not fit, or one is none of the record's
     */
    public static <T extends Record> T read(String sourceName, Map<String, String> texts, Class<T> type) {
        YamlNode.Place place = new YamlNode.Place(sourceName, 0);
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        texts.forEach(
                (key, text) -> entries.put(key, new YamlNode.Entry(place, new YamlNode.Scalar(place, text, false))));
        return type.cast(new RecordBinder(true).bind(new YamlNode.Mapping(place, entries), type, sourceName));
    }

    /** The keys and values of a record that is one text. */
    static YamlNode pairs(YamlNode text) {
        if (!(words(text) instanceof YamlNode.Sequence sequence)) {
            return text;
        }
        List<YamlNode> items = sequence.items();
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        for (int i = 0; i + 1 < items.size(); i += 2) {
            YamlNode key = items.get(i);
            entries.put(((YamlNode.Scalar) key).text(), new YamlNode.Entry(key.place(), items.get(i + 1)));
        }
        boolean whole = 2 * entries.size() == items.size();
        return whole ? new YamlNode.Mapping(text.place(), entries) : text;
    }

    /** The items of a list. */
    static YamlNode words(YamlNode text) {
        if (!(text instanceof YamlNode.Scalar scalar)) {
            return text;
        }
        List<YamlNode> items = Arrays.stream(
                        scalar.text().isEmpty() ? new String[0] : scalar.text().split(" ", -1))
                .<YamlNode>map(word -> new YamlNode.Scalar(scalar.place(), word, false))
                .toList();
        return new YamlNode.Sequence(scalar.place(), items);
    }
}
