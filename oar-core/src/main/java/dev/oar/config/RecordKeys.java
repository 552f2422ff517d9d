package dev.oar.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashSet;
import java.util.Set;

/** The components of records and the keys they stand under. */
final class RecordKeys {
    private RecordKeys() {}

    /** The key of a component. */
    static String key(RecordComponent component) {
        Key named = component.getAnnotation(Key.class);
        return named == null ? Spelling.kebabCase(component.getName()) : named.value();
    }

    /** Whether a component's own keys stand beside those of its record. */
    static boolean isFlat(RecordComponent component) {
        return component.isAnnotationPresent(Flat.class);
    }

    /** The keys of a record that do not hang on a kind. */
    static Set<String> of(Class<?> record) {
        Set<String> keys = new LinkedHashSet<>();
        for (RecordComponent component : record.getRecordComponents()) {
            if (isFlat(component) && component.getType().isRecord()) {
                keys.addAll(of(component.getType()));
            } else {
                keys.add(key(component));
            }
        }
        return keys;
    }

    /** What a record holds. */
    static Object value(Object record, RecordComponent component) {
        try {
            Method accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(
                    "a record of a recipe must be readable, but " + component + " of " + record.getClass() + " is not",
                    e);
        }
    }
}
