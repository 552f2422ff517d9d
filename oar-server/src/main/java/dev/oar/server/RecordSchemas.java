package dev.oar.server;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.oar.config.Default;
import dev.oar.config.Flat;
import dev.oar.config.Key;
import dev.oar.config.Kind;
import dev.oar.config.Spelling;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** JSON schemas of records, by reflection on their components. */
final class RecordSchemas {
    private static final String TYPE = "type";
    private static final String STRING = "string";
    private static final String PROPERTIES = "properties";

    private final Map<String, Object> named = new TreeMap<>();

    /** The schemas that others refer to, by name. */
    Map<String, Object> named() {
        return named;
    }

    /**
     * The schema of a type.
     *
     * @param read whether it is read, so that nothing else may stand beside its keys
     */
    Map<String, Object> of(Type type, boolean read) {
        if (type instanceof ParameterizedType of) {
            return parameterized(of, read);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isEnum()) {
            return Map.of(
                    TYPE,
                    STRING,
                    "enum",
                    Arrays.stream(plain.getEnumConstants())
                            .map(constant -> Spelling.word((Enum<?>) constant))
                            .toList());
        }
        if (plain.isRecord() || plain.isSealed()) {
            return reference(plain, read);
        }
        return scalar(plain);
    }

    private static Map<String, Object> scalar(Class<?> type) {
        if (type == byte[].class) {
            return Map.of(TYPE, STRING, "format", "binary");
        }
        if (type == boolean.class || type == Boolean.class) {
            return Map.of(TYPE, "boolean");
        }
        if (type == double.class || type == Double.class) {
            return Map.of(TYPE, "number");
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return Map.of(TYPE, "integer");
        }
        return type == String.class ? Map.of(TYPE, STRING) : Map.of(TYPE, "object");
    }

    private Map<String, Object> parameterized(ParameterizedType type, boolean read) {
        Type[] arguments = type.getActualTypeArguments();
        if (type.getRawType() == Optional.class) {
            return of(arguments[0], read);
        }
        if (type.getRawType() == List.class) {
            return Map.of(TYPE, "array", "items", of(arguments[0], read));
        }
        return Map.of(TYPE, "object");
    }

    private Map<String, Object> reference(Class<?> type, boolean read) {
        String name = name(type);
        if (!named.containsKey(name)) {
            named.put(name, Map.of());
            named.put(name, type.isRecord() ? ofRecord(type, read) : oneOf(type, read));
        }
        return Map.of("$ref", "#/components/schemas/" + name);
    }

    /** Its own name, behind that of the class that it belongs to. */
    private static String name(Class<?> type) {
        Class<?> outer = type.getDeclaringClass();
        return outer == null ? type.getSimpleName() : outer.getSimpleName() + type.getSimpleName();
    }

    private Map<String, Object> oneOf(Class<?> type, boolean read) {
        List<Object> kinds = new ArrayList<>();
        for (Class<?> kind : Optional.ofNullable(type.getPermittedSubclasses()).orElse(new Class<?>[0])) {
            if (kind.isRecord()) {
                kinds.add(of(kind, read));
            } else {
                kinds.addAll((List<?>) oneOf(kind, read).get("oneOf"));
            }
        }
        return Map.of("oneOf", kinds);
    }

    private Map<String, Object> ofRecord(Class<?> type, boolean read) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        Kind kind = type.getAnnotation(Kind.class);
        if (kind != null) {
            properties.put("kind", Map.of("const", kind.value()));
            required.add("kind");
        }
        add(type, properties, required, read);
        return object(properties, required, read);
    }

    /** The schema of a record that is read, with other properties in front of its own. */
    Map<String, Object> inline(Type type, Map<String, Object> others, List<String> requiredOthers) {
        Map<String, Object> properties = new LinkedHashMap<>(others);
        List<String> required = new ArrayList<>(requiredOthers);
        add((Class<?>) type, properties, required, true);
        return object(properties, required, true);
    }

    private static Map<String, Object> object(Map<String, Object> properties, List<String> required, boolean read) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put(TYPE, "object");
        schema.put(PROPERTIES, properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        if (read) {
            schema.put("additionalProperties", false);
        }
        return schema;
    }

    private void add(Class<?> type, Map<String, Object> properties, List<String> required, boolean read) {
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.isAnnotationPresent(Flat.class)) {
                add(component.getType(), properties, required, read);
                continue;
            }
            String key = key(component);
            properties.put(key, of(component.getGenericType(), read));
            if (component.getType() != Optional.class && !component.isAnnotationPresent(Default.class)) {
                required.add(key);
            }
        }
    }

    private static String key(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
        if (property != null) {
            return property.value();
        }
        return key == null ? Spelling.key(component.getName()) : key.value();
    }
}
