package dev.oar.config;

import dev.oar.config.YamlNode.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads the part of YAML that recipes are written in: mappings, lists and scalars. Anchors, aliases, tags, further documents
 * and keys that stand twice are refused.
 */
final class YamlTree {
    private static final YAMLFactory FACTORY = new YAMLFactory();
    private static final Pattern LINE = Pattern.compile("\\bline (\\d{1,8}), column");
    private static final int DEEPEST = 32;

    private final String source;
    private final int[] text;
    private final YAMLParser parser;

    private YamlTree(String source, String yaml, YAMLParser parser) {
        this.source = source;
        this.text = yaml.codePoints().toArray();
        this.parser = parser;
    }

    /**
     * The tree of a text, or nothing if it holds only white space and comments.
     *
     * @param source the file's name as it stands in errors
     * @throws ConfigException if it is not YAML, or YAML that recipes do without
     */
    static Optional<YamlNode> parse(String source, String yaml) {
        try (YAMLParser parser = (YAMLParser) FACTORY.createParser(ObjectReadContext.empty(), yaml)) {
            return new YamlTree(source, yaml, parser).document();
        } catch (JacksonException e) {
            throw new Place(source, line(e))
                    .error(
                            "a recipe must be YAML, but this cannot be read (" + reason(e)
                                    + "); check indentation, colons and quotes",
                            e);
        }
    }

    private Optional<YamlNode> document() {
        if (parser.nextToken() == null) {
            return Optional.empty();
        }
        YamlNode root = node(0);
        if (parser.nextToken() != null) {
            throw place().error("a recipe must be one document, but a second one begins here; remove the line '---'");
        }
        return Optional.of(root);
    }

    private YamlNode node(int depth) {
        Place place = place();
        refuseReferences(place);
        if (depth > DEEPEST) {
            throw place.error("a recipe nests at most " + DEEPEST + " levels, but here is one more; flatten it");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(place, depth);
            case START_ARRAY -> sequence(place, depth);
            default -> new YamlNode.Scalar(place, String.valueOf(parser.getString()), beginsWith("\"'|>"));
        };
    }

    private YamlNode.Mapping mapping(Place place, int depth) {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            Place keyPlace = place();
            refuseReferences(keyPlace);
            String key = parser.currentName();
            parser.nextToken();
            YamlNode.Entry earlier = entries.get(key);
            if (earlier != null) {
                throw keyPlace.error("a key may stand once, but '" + key + "' stands in line "
                        + earlier.place().line() + " too; remove one of them");
            }
            entries.put(key, new YamlNode.Entry(keyPlace, node(depth + 1)));
        }
        return new YamlNode.Mapping(place, entries);
    }

    private YamlNode.Sequence sequence(Place place, int depth) {
        List<YamlNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(depth + 1));
        }
        return new YamlNode.Sequence(place, items);
    }

    private void refuseReferences(Place place) {
        if (parser.isCurrentAlias() || parser.getObjectId() != null || beginsWith("&*!")) {
            throw place.error("recipes do without the anchors (&), aliases (*) and tags (!) of YAML, but here is one;"
                    + " write the value out, or put it in quotes if it is text");
        }
    }

    private Place place() {
        return new Place(source, Math.max(1, parser.currentTokenLocation().getLineNr()));
    }

    /** The parser does not tell how a scalar was written, nor of standard tags; the first character does. */
    private boolean beginsWith(String characters) {
        long offset = parser.currentTokenLocation().getCharOffset();
        return offset >= 0 && offset < text.length && characters.indexOf(text[(int) offset]) >= 0;
    }

    /** The parser's location is that of the token before the error; its message names the line of the error last. */
    private static int line(JacksonException e) {
        int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
        Matcher matcher = LINE.matcher(String.valueOf(e.getOriginalMessage()));
        while (matcher.find()) {
            line = Integer.parseInt(matcher.group(1));
        }
        return line;
    }

    /** The parser's own words without its excerpts from the file, which stand on indented lines. */
    private static String reason(JacksonException e) {
        return String.valueOf(e.getOriginalMessage())
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith(" "))
                .collect(Collectors.joining(", "));
    }
}
