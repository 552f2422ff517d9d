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

/** Makes records of located YAML, by reflection on their components. */
final class RecordBinder {
    static final String KIND = "kind";

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
                return record(mapping(node, label), plain, label);
            }
            if (plain.isSealed()) {
                return record(mapping(node, label), chosen(mapping(node, label), plain, label), label);
            }
        }
        throw unsupported(type);
    }

    private Object collection(YamlNode node, ParameterizedType type, String label) {
        Type[] arguments = type.getActualTypeArguments();
        if (type.getRawType() == List.class) {
            return list(node, arguments[0], label);
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
        RecordComponent[] components = type.getRecordComponents();
        refuseUnknown(mapping, type, components);
        Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            arguments[i] = component(mapping, components[i], label);
        }
        return construct(mapping, type, components, arguments);
    }

    private Object component(YamlNode.Mapping mapping, RecordComponent component, String label) {
        String key = Spelling.kebabCase(component.getName());
        Type type = component.getGenericType();
        boolean optional = component.getType() == Optional.class;
        Type held = optional ? ((ParameterizedType) type).getActualTypeArguments()[0] : type;
        YamlNode.Entry entry = mapping.entries().get(key);
        if (entry != null) {
            Object value = bind(entry.value(), held, "'" + key + "'");
            return optional ? Optional.of(value) : value;
        }
        if (optional) {
            return Optional.empty();
        }
        Default standard = component.getAnnotation(Default.class);
        if (standard == null) {
            throw mapping.place().error(label + " must have the key '" + key + "', but has not; add it");
        }
        String source = "the default of " + component.getDeclaringRecord().getSimpleName() + "." + component.getName();
        YamlNode.Place place = new YamlNode.Place(source, 1);
        return bind(
                YamlTree.parse(source, standard.value()).orElseGet(() -> new YamlNode.Scalar(place, "", true)),
                held,
                "'" + key + "'");
    }

    private static void refuseUnknown(YamlNode.Mapping mapping, Class<?> type, RecordComponent[] components) {
        Set<String> known = new LinkedHashSet<>();
        Kind kind = type.getAnnotation(Kind.class);
        if (kind != null) {
            known.add(KIND);
        }
        for (RecordComponent component : components) {
            known.add(Spelling.kebabCase(component.getName()));
        }
        mapping.entries().forEach((key, entry) -> {
            if (!known.contains(key)) {
                throw entry.place().error("unknown key '" + key + "'; " + Spelling.suggestion(key, known));
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

    private static Class<?> chosen(YamlNode.Mapping mapping, Class<?> sealed, String label) {
        Map<String, Class<?>> kinds = new LinkedHashMap<>();
        addKinds(sealed, kinds);
        YamlNode.Entry entry = mapping.entries().get(KIND);
        if (entry == null) {
            throw mapping.place()
                    .error(label + " must have the key 'kind' with one of " + String.join(", ", kinds.keySet())
                            + ", but has not; add it");
        }
        String name = (String) ScalarReader.read(entry.value(), String.class, "'kind'");
        Class<?> type = kinds.get(name);
        if (type == null) {
            throw entry.place()
                    .error("'kind' must be one of " + String.join(", ", kinds.keySet()) + ", but is '" + name + "'; "
                            + Spelling.suggestion(name, kinds.keySet()));
        }
        return type;
    }

    private static void addKinds(Class<?> sealed, Map<String, Class<?>> kinds) {
        Class<?>[] permitted = sealed.getPermittedSubclasses();
        for (Class<?> type : permitted == null ? new Class<?>[0] : permitted) {
            Kind kind = type.getAnnotation(Kind.class);
            if (type.isRecord() && kind != null) {
                kinds.put(kind.value(), type);
            } else if (type.isSealed()) {
                addKinds(type, kinds);
            } else {
                throw new IllegalArgumentException("a recipe chooses among records annotated with @Kind, but " + sealed
                        + " permits " + type + "; annotate it");
            }
        }
    }

    private static Object construct(
            YamlNode.Mapping mapping, Class<?> type, RecordComponent[] components, Object[] arguments) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refusal) {
                String message = String.valueOf(refusal.getMessage());
                throw blamed(mapping, components, message).error(message, refusal);
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
    private static YamlNode.Place blamed(YamlNode.Mapping mapping, RecordComponent[] components, String message) {
        YamlNode.Place place = mapping.place();
        int first = Integer.MAX_VALUE;
        for (RecordComponent component : components) {
            String key = Spelling.kebabCase(component.getName());
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
                        + " and sealed interfaces of records, but not " + type.getTypeName()
                        + "; declare another type");
    }
}
