package dev.oar.config;

import dev.oar.config.YamlNode.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads JSON into records as strictly as {@link RecipeReader} reads YAML, by the same rules: keys are in kebab case, unknown ones are
 * refused with the nearest known one. A key whose value is {@code null} counts as left out.
 */
public final class JsonReader {
    private static final int DEEPEST = 32;

    private final JsonParser parser;
    private final Place place;

    private JsonReader(JsonParser parser, Place place) {
        this.parser = parser;
        this.place = place;
    }

    /**
     * Reads a text.
     *
     * @param sourceName what to call the text in errors, such as {@code the request}
     * @param json the text in UTF-8
     * @throws ConfigException if it is no JSON object, or does not fit
     */
    public static <T> T read(String sourceName, byte[] json, Class<T> type) {
        Place place = new Place(sourceName, 0);
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(Math.max(1, json.length))
                        .maxNestingDepth(DEEPEST)
                        .build())
                .build();
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), json)) {
            YamlNode root = new JsonReader(parser, place).document();
            return type.cast(new RecordBinder(false).bind(root, type, sourceName));
        } catch (JacksonException e) {
            String reason =
                    String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
            throw place.error("JSON was expected, but this cannot be read (" + reason + "); correct it", e);
        }
    }

    private YamlNode document() {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw place.error("it must be a JSON object such as {\"key\": 1}, but is none; correct it");
        }
        YamlNode root = object();
        if (parser.nextToken() != null) {
            throw place.error("it must be one JSON object, but something follows it; take that away");
        }
        return root;
    }

    private YamlNode object() {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            if (entries.containsKey(key)) {
                throw place.error("a key may stand once, but '" + key + "' stands twice; remove one of them");
            }
            if (parser.nextToken() != JsonToken.VALUE_NULL) {
                entries.put(key, new YamlNode.Entry(place, value()));
            }
        }
        return new YamlNode.Mapping(place, entries);
    }

    private YamlNode value() {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            default ->
                new YamlNode.Scalar(
                        place, String.valueOf(parser.getString()), parser.currentToken() == JsonToken.VALUE_STRING);
        };
    }

    private YamlNode array() {
        List<YamlNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value());
        }
        return new YamlNode.Sequence(place, items);
    }
}
