package dev.oar.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes a record as canonical YAML: keys in the order of the components, maps sorted by key, defaults spelled out, empty
 * optionals left out, numbers in their shortest form. The kind of a record is written where its place is declared as an
 * interface of several, so that a reader has a choice, and nowhere else. Equal records give equal text on every Java version, so the
 * text can be fingerprinted, and {@link RecipeReader} makes an equal record of it.
 */
public final class RecipeWriter {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*");
    /** Words that some reader of YAML takes for something else than text. */
    private static final Set<String> WORDS = Set.of("null", "true", "false", "yes", "no", "on", "off", "y", "n");

    /** Ends a key of {@link Keys} that is written only if it differs from its default. */
    private static final String UNLESS_DEFAULT = "?";

    private RecipeWriter() {}

    /**
     * The YAML of a record.
     *
     * @throws IllegalArgumentException if it holds what a recipe cannot hold
     */
    public static String write(Object record) {
        if (!record.getClass().isRecord()) {
            throw new IllegalArgumentException("a recipe is written from a record, but this is a "
                    + record.getClass().getName() + "; pass a record");
        }
        return block(new Held(record, false)).stream().collect(Collectors.joining("\n", "", "\n"));
    }

    /**
     * A value and where it stands.
     *
     * @param chosen whether its place takes one of several kinds of records
     */
    private record Held(Object value, boolean chosen) {}

    /** The lines of a value that needs lines of its own. */
    private static List<String> block(Held place) {
        List<String> lines = new ArrayList<>();
        if (place.value() instanceof List<?> items) {
            for (Object item : items) {
                Held held = new Held(item, place.chosen());
                List<String> itemLines = isInline(held) ? List.of(inline(item)) : block(held);
                lines.add("- " + itemLines.get(0));
                itemLines.stream().skip(1).forEach(line -> lines.add("  " + line));
            }
            return lines;
        }
        Map<String, Held> entries = entries(place);
        if (entries.isEmpty()) {
            return List.of("{}");
        }
        entries.forEach((key, held) -> {
            if (isInline(held)) {
                lines.add(text(key) + ": " + inline(held.value()));
            } else {
                lines.add(text(key) + ":");
                block(held).forEach(line -> lines.add("  " + line));
            }
        });
        return lines;
    }

    private static boolean isInline(Held place) {
        if (place.value() instanceof List<?> items) {
            return items.stream()
                    .allMatch(item -> !(item instanceof Record)
                            && !(item instanceof Map)
                            && isInline(new Held(item, place.chosen())));
        }
        return !(place.value() instanceof Record || place.value() instanceof Map)
                || entries(place).isEmpty();
    }

    private static String inline(Object value) {
        if (value instanceof List<?> items) {
            return items.stream().map(RecipeWriter::inline).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof Record || value instanceof Map) {
            return "{}";
        }
        if (value instanceof Double number) {
            return number(number);
        }
        if (value instanceof String text) {
            return text(text);
        }
        if (value instanceof Enum<?> constant) {
            return text(Spelling.word(constant));
        }
        if (value instanceof Integer || value instanceof Long || value instanceof Boolean) {
            return value.toString();
        }
        throw new IllegalArgumentException("a recipe cannot hold a "
                + value.getClass().getName() + "; hold a number, truth value, text, enum, list, map or record instead");
    }

    private static Map<String, Held> entries(Held place) {
        Object value = place.value();
        if (value instanceof Map<?, ?> map) {
            Map<String, Held> sorted = new TreeMap<>();
            map.forEach((key, held) -> sorted.put((String) key, new Held(held, place.chosen())));
            return sorted;
        }
        Map<String, Held> entries = new LinkedHashMap<>();
        if (place.chosen() && value.getClass().isAnnotationPresent(Kind.class)) {
            entries.put(RecordBinder.KIND, new Held(KnownKinds.name(value.getClass()), false));
        }
        entries.putAll(inOrder(value.getClass(), components(value, false)));
        return entries;
    }

    /**
     * What the components of a record hold, but for empty optionals, by key in the order of the components.
     *
     * @param nested whether records within stand flat in a record with keys of its own
     */
    private static Map<String, Held> components(Object record, boolean nested) {
        Class<?> type = record.getClass();
        Map<String, Held> entries = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Object held = RecordKeys.value(record, component);
            Object present = held instanceof Optional<?> optional ? optional.orElse(null) : held;
            boolean chosen = offersKinds(component.getGenericType());
            if (present != null && RecordKeys.isFlat(component)) {
                if (chosen) {
                    entries.put(RecordKeys.key(component), new Held(KnownKinds.name(present.getClass()), false));
                }
                boolean ordered = nested || type.isAnnotationPresent(Keys.class);
                Map<String, Held> own = components(present, ordered);
                entries.putAll(ordered ? own : inOrder(present.getClass(), own));
            } else if (present != null) {
                entries.put(RecordKeys.key(component), new Held(present, chosen));
            }
        }
        return entries;
    }

    /** The entries that are to be written, in the order that the record asks for. */
    private static Map<String, Held> inOrder(Class<?> type, Map<String, Held> entries) {
        Keys keys = type.getAnnotation(Keys.class);
        if (keys == null) {
            return entries;
        }
        Map<String, Held> rest = new LinkedHashMap<>(entries);
        Map<String, Object> defaults = defaults(type, Map.of());
        Map<String, Held> ordered = new LinkedHashMap<>();
        for (String named : keys.value()) {
            boolean always = !named.endsWith(UNLESS_DEFAULT);
            String key = always ? named : named.substring(0, named.length() - 1);
            Held held = rest.remove(key);
            if (held != null && (always || !held.value().equals(defaults.get(key)))) {
                ordered.put(key, held);
            }
        }
        rest.forEach((key, held) -> {
            if (!held.value().equals(defaults.get(key))) {
                ordered.put(key, held);
            }
        });
        return ordered;
    }

    /**
     * The defaults of a record's keys, as far as there are some.
     *
     * @param others what stands for some of them where the record stands
     */
    private static Map<String, Object> defaults(Class<?> type, Map<String, YamlNode.Entry> others) {
        YamlNode.Mapping nothing = new YamlNode.Mapping(new YamlNode.Place(type.getSimpleName(), 1), Map.of());
        Map<String, Object> defaults = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String key = RecordKeys.key(component);
            boolean given = component.isAnnotationPresent(Default.class);
            boolean flat = RecordKeys.isFlat(component);
            if (flat && component.getType().isRecord()) {
                YamlNode standard = given ? RecordBinder.standard(component, nothing, key) : nothing;
                Map<String, YamlNode.Entry> within = new LinkedHashMap<>(((YamlNode.Mapping) standard).entries());
                within.putAll(others);
                defaults.putAll(defaults(component.getType(), within));
            } else if (given) {
                YamlNode.Entry other = others.get(key);
                YamlNode standard = other == null ? RecordBinder.standard(component, nothing, key) : other.value();
                Type read = flat ? String.class : component.getGenericType();
                defaults.put(key, new RecordBinder(false).bind(standard, read, key));
            }
        }
        return defaults;
    }

    /** All keys of all records within, see {@link RecordTexts}. */
    static Map<String, String> flat(Record record) {
        Map<String, String> texts = new LinkedHashMap<>();
        addFlat(texts, new Held(record, false));
        return texts;
    }

    private static void addFlat(Map<String, String> texts, Held place) {
        entries(new Held(place.value(), false)).forEach((key, held) -> {
            if (held.chosen() && held.value() instanceof Record kind) {
                putFlat(texts, key, KnownKinds.name(kind.getClass()));
                addFlat(texts, held);
            } else if (held.value() instanceof Record group) {
                putFlat(
                        texts,
                        key,
                        flat(group).entrySet().stream()
                                .map(entry -> entry.getKey() + " " + entry.getValue())
                                .collect(Collectors.joining(" ")));
            } else if (held.value() instanceof List<?> items) {
                putFlat(texts, key, items.stream().map(RecipeWriter::plain).collect(Collectors.joining(" ")));
            } else {
                putFlat(texts, key, plain(held.value()));
            }
        });
    }

    private static void putFlat(Map<String, String> texts, String key, String text) {
        Require.that(texts.put(key, text) == null, "a key stands once among flat texts, but '%s' stands twice", key);
    }

    private static String plain(Object value) {
        if (value instanceof Enum<?> constant) {
            return Spelling.word(constant);
        }
        if (value instanceof Number || value instanceof Boolean || value instanceof String) {
            return value.toString();
        }
        throw new IllegalArgumentException("flat texts hold numbers, truth values, texts and enums, but not a "
                + value.getClass().getName() + "; hold one of them instead");
    }

    /** Whether values of a declared type, or of what it is a list, map or optional of, are chosen by their kind. */
    private static boolean offersKinds(Type type) {
        if (type instanceof ParameterizedType of) {
            return Arrays.stream(of.getActualTypeArguments()).anyMatch(RecipeWriter::offersKinds);
        }
        return type instanceof Class<?> declared && KnownKinds.offers(declared);
    }

    /** The shortest decimal that reads back as the same number; {@code Double.toString} differs between Java versions. */
    private static String number(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("a recipe holds finite numbers, but this is " + value + "; replace it");
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(value);
        BigDecimal shortest = exact;
        for (int digits = 1; digits <= 17; digits++) {
            shortest = exact.round(new MathContext(digits));
            if (shortest.doubleValue() == value) {
                break;
            }
        }
        BigDecimal stripped = shortest.stripTrailingZeros();
        int exponent = stripped.precision() - stripped.scale() - 1;
        if (exponent >= -4 && exponent < 15) {
            return stripped.setScale(Math.max(1, stripped.scale())).toPlainString();
        }
        return stripped.movePointLeft(exponent).setScale(Math.max(1, stripped.precision() - 1)) + "e" + exponent;
    }

    private static String text(String text) {
        if (PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT))) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            switch (letter) {
                case '"', '\\' -> quoted.append('\\').append(letter);
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (isPrintable(text, i)) {
                        quoted.append(letter);
                    } else {
                        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) letter));
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

    private static boolean isPrintable(String text, int index) {
        int letter = text.codePointAt(index);
        if (Character.isSurrogate(text.charAt(index))) {
            boolean second = index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
            return second ? Character.isLowSurrogate(text.charAt(index)) : Character.isSupplementaryCodePoint(letter);
        }
        return letter >= ' ' && letter < 0x7f
                || letter > 0xa0 && letter < 0xfe00 && letter != 0x2028 && letter != 0x2029;
    }
}
