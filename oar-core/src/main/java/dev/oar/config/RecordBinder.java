package dev.oar.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Makes records of located YAML, by reflection on their components. */
final class RecordBinder {
    static final String KIND = "kind";

    private final boolean flat;

    /**
     * A binder.
     *
     * @param flat whether all keys of all records stand beside one another, as in {@link RecordTexts}
     */
    RecordBinder(boolean flat) {
        this.flat = flat;
    }

    /**
     * Makes a value of a type.
     *
     * @param label what the value is called in errors
     * @throws ConfigException if the YAML does not fit
     * @throws IllegalArgumentException if the type is none that recipes can hold
     */
    Object bind(YamlNode node, Type type, String label) {
        if (type instanceof ParameterizedType parameterized) {
            return collection(node, parameterized, label);
        }
        if (type instanceof Class<?> plain) {
            if (ScalarReader.reads(plain)) {
                return ScalarReader.read(node, plain, label);
            }
            if (plain.isRecord()) {
                return record(mapping(flat ? RecordTexts.pairs(node) : node, label), plain, label);
            }
            if (KnownKinds.offers(plain)) {
                return record(mapping(node, label), chosen(mapping(node, label), plain, label), label);
            }
        }
        throw unsupported(type);
    }

    private Object collection(YamlNode node, ParameterizedType type, String label) {
        Type[] arguments = type.getActualTypeArguments();
        if (type.getRawType() == List.class) {
            return list(flat ? RecordTexts.words(node) : node, arguments[0], label);
        }
        if (type.getRawType() == Map.class && arguments[0] == String.class) {
            Map<String, Object> values = new LinkedHashMap<>();
            mapping(node, label)
                    .entries()
                    .forEach((key, entry) -> values.put(key, bind(entry.value(), arguments[1], "'" + key + "'")));
            return Collections.unmodifiableMap(values);
        }
        throw unsupported(type);
    }

    private List<Object> list(YamlNode node, Type itemType, String label) {
        if (!(node instanceof YamlNode.Sequence sequence)) {
            throw ScalarReader.wrong(node, label, "a list such as [1, 2]");
        }
        List<Object> values = new ArrayList<>();
        for (YamlNode item : sequence.items()) {
            values.add(bind(item, itemType, "item " + (values.size() + 1) + " of " + label));
        }
        return Collections.unmodifiableList(values);
    }

    private Object record(YamlNode.Mapping mapping, Class<?> type, String label) {
        refuseUnknown(mapping, type);
        return filled(mapping, mapping, type, label);
    }

    /**
     * A record of those keys of a mapping that are its own.
     *
     * @param given as it was written, for errors
     * @param mapping the same with what stands for keys that were left out
     */
    private Object filled(YamlNode.Mapping given, YamlNode.Mapping mapping, Class<?> type, String label) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            arguments[i] =
                    isFlat(component) ? group(given, mapping, component, label) : single(mapping, component, label);
        }
        return construct(given, type, arguments);
    }

    private boolean isFlat(RecordComponent component) {
        Class<?> type = component.getType();
        return RecordKeys.isFlat(component) || flat && KnownKinds.offers(type);
    }

    private Object group(YamlNode.Mapping given, YamlNode.Mapping mapping, RecordComponent component, String label) {
        if (component.getType().isRecord()) {
            return filled(given, withDefaults(mapping, component), component.getType(), label);
        }
        String key = RecordKeys.key(component);
        YamlNode.Entry named = mapping.entries().get(key);
        YamlNode name = named == null ? standard(component, given, label) : named.value();
        Class<?> kind = kind(name, component.getType(), "'" + key + "'");
        for (String own : RecordKeys.of(kind)) {
            if (!mapping.entries().containsKey(own) && isRequired(kind, own)) {
                throw name.place()
                        .error(own + " must be given with the " + key + " " + KnownKinds.name(kind)
                                + ", but was not; add it");
            }
        }
        return filled(given, mapping, kind, label);
    }

    private static boolean isRequired(Class<?> kind, String key) {
        return Arrays.stream(kind.getRecordComponents())
                .anyMatch(component -> RecordKeys.key(component).equals(key)
                        && component.getType() != Optional.class
                        && !component.isAnnotationPresent(Default.class));
    }

    private static YamlNode.Mapping withDefaults(YamlNode.Mapping mapping, RecordComponent component) {
        if (!component.isAnnotationPresent(Default.class)) {
            return mapping;
        }
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        entries.putAll(((YamlNode.Mapping) standard(component, mapping, "")).entries());
        entries.putAll(mapping.entries());
        return new YamlNode.Mapping(mapping.place(), entries);
    }

    private Object single(YamlNode.Mapping mapping, RecordComponent component, String label) {
        String key = RecordKeys.key(component);
        boolean optional = component.getType() == Optional.class;
        Type held = held(component);
        YamlNode.Entry entry = mapping.entries().get(key);
        if (entry != null) {
            Object value = bind(entry.value(), held, "'" + key + "'");
            return optional ? Optional.of(value) : value;
        }
        if (optional) {
            return Optional.empty();
        }
        // A default is written as in a recipe, whatever the text that leaves it out.
        return new RecordBinder(false).bind(standard(component, mapping, label), held, "'" + key + "'");
    }

    private static Type held(RecordComponent component) {
        Type type = component.getGenericType();
        return component.getType() == Optional.class ? ((ParameterizedType) type).getActualTypeArguments()[0] : type;
    }

    /** What a key holds that is left out, as it would be written. */
    static YamlNode standard(RecordComponent component, YamlNode.Mapping mapping, String label) {
        Default standard = component.getAnnotation(Default.class);
        if (standard == null) {
            throw mapping.place()
                    .error(label + " must have the key '" + RecordKeys.key(component) + "', but has not; add it");
        }
        String source = "the default of " + component.getDeclaringRecord().getSimpleName() + "." + component.getName();
        YamlNode.Place place = new YamlNode.Place(source, 1);
        return YamlTree.parse(source, standard.value()).orElseGet(() -> new YamlNode.Scalar(place, "", true));
    }

    private void refuseUnknown(YamlNode.Mapping mapping, Class<?> type) {
        Set<String> known = new LinkedHashSet<>();
        Kind kind = type.getAnnotation(Kind.class);
        if (kind != null) {
            known.add(KIND);
        }
        keys(mapping, type).forEach(component -> known.add(RecordKeys.key(component)));
        mapping.entries().forEach((key, entry) -> {
            if (!known.contains(key)) {
                throw entry.place().error(unknown(mapping, type, key, known));
            }
        });
        YamlNode.Entry named = mapping.entries().get(KIND);
        if (kind != null && named != null) {
            String value = (String) ScalarReader.read(named.value(), String.class, "'kind'");
            if (!value.equals(kind.value())) {
                throw named.place()
                        .error("'kind' must be " + kind.value() + " here, but is '" + value
                                + "'; correct or remove it");
            }
        }
    }

    /** The components of a record and of those that stand flat in it, as they are chosen. */
    private List<RecordComponent> keys(YamlNode.Mapping mapping, Class<?> type) {
        List<RecordComponent> keys = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            boolean group = isFlat(component);
            if (!group || !component.getType().isRecord()) {
                keys.add(component);
            }
            if (group) {
                keys.addAll(keys(mapping, chosen(mapping, component)));
            }
        }
        return keys;
    }

    /** The record that a flat component is. */
    private static Class<?> chosen(YamlNode.Mapping mapping, RecordComponent component) {
        if (component.getType().isRecord()) {
            return component.getType();
        }
        String key = RecordKeys.key(component);
        YamlNode.Entry named = mapping.entries().get(key);
        YamlNode name = named == null ? standard(component, mapping, "this group of keys") : named.value();
        return kind(name, component.getType(), "'" + key + "'");
    }

    /** One sentence about a key that is none of those known here; another kind may have it. */
    private String unknown(YamlNode.Mapping mapping, Class<?> type, String key, Set<String> known) {
        for (RecordComponent component : keys(mapping, type)) {
            if (isFlat(component)) {
                String owners = KnownKinds.of(component.getType()).entrySet().stream()
                        .filter(kind -> RecordKeys.of(kind.getValue()).contains(key))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.joining(" or "));
                if (!owners.isEmpty()) {
                    return key + " must be given with the " + RecordKeys.key(component) + " " + owners
                            + " and with no other, but was given with "
                            + KnownKinds.name(chosen(mapping, component)) + "; leave it out or choose " + owners;
                }
            }
        }
        return "unknown key '" + key + "'; " + Spelling.suggestion(key, known);
    }

    private static Class<?> chosen(YamlNode.Mapping mapping, Class<?> of, String label) {
        YamlNode.Entry entry = mapping.entries().get(KIND);
        if (entry == null) {
            throw mapping.place()
                    .error(label + " must have the key 'kind' with one of " + String.join(", ", KnownKinds.names(of))
                            + ", but has not; add it");
        }
        return kind(entry.value(), of, "'kind'");
    }

    private static Class<?> kind(YamlNode node, Class<?> of, String label) {
        Map<String, Class<?>> kinds = KnownKinds.of(of);
        String name = (String) ScalarReader.read(node, String.class, label);
        Class<?> type = kinds.get(name);
        if (type == null) {
            throw node.place()
                    .error(label + " must be one of " + String.join(", ", kinds.keySet()) + ", but is '" + name + "'; "
                            + Spelling.suggestion(name, kinds.keySet()));
        }
        return type;
    }

    private Object construct(YamlNode.Mapping mapping, Class<?> type, Object... arguments) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refusal) {
                String message = String.valueOf(refusal.getMessage());
                throw blamed(mapping, type, message).error(message, refusal);
            }
            throw new IllegalStateException(
                    "a record of a recipe must refuse values by IllegalArgumentException, but " + type + " threw "
                            + e.getCause(),
                    e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record of a recipe must be constructible, but " + type + " is not", e);
        }
    }

    /** The line of the key that the message names first; the beginning of the mapping if it names none. */
    private YamlNode.Place blamed(YamlNode.Mapping mapping, Class<?> type, String message) {
        YamlNode.Place place = mapping.place();
        int first = Integer.MAX_VALUE;
        for (RecordComponent component : keys(mapping, type)) {
            String key = RecordKeys.key(component);
            YamlNode.Entry entry = mapping.entries().get(key);
            Matcher matcher = Pattern.compile("(?<![\\w-])(" + Pattern.quote(key) + "|"
                            + Pattern.quote(component.getName()) + ")(?![\\w-])")
                    .matcher(message);
            if (entry != null && matcher.find() && matcher.start() < first) {
                first = matcher.start();
                place = entry.place();
            }
        }
        return place;
    }

    private static YamlNode.Mapping mapping(YamlNode node, String label) {
        if (node instanceof YamlNode.Mapping mapping) {
            return mapping;
        }
        throw ScalarReader.wrong(node, label, "a group of keys");
    }

    private static IllegalArgumentException unsupported(Type type) {
        return new IllegalArgumentException(
                "a recipe holds numbers, truth values, texts, enums, lists, maps by text, records"
                        + " and interfaces of records of several kinds, but not " + type.getTypeName()
                        + "; declare another type");
    }
}
