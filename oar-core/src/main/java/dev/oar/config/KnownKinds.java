package dev.oar.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The records that an interface can be, by the name that each bears ({@link Kind}): what a sealed interface permits, or what an open one
 * names ({@link OpenKinds}) and what was added to it. Recipes, images and commands know them by these names. May be used by several
 * threads at once.
 */
public final class KnownKinds {
    private static final Map<Class<?>, Map<String, Class<?>>> ADDED = new ConcurrentHashMap<>();

    private KnownKinds() {}

    /**
     * Adds a kind to an open interface, for this process; adding it again changes nothing.
     *
     * @throws IllegalArgumentException if the interface is not open, the kind no record with a {@link Kind}, or its name taken
     */
    public static <T> void add(Class<T> open, Class<? extends T> kind) {
        Require.that(
                open.isAnnotationPresent(OpenKinds.class),
                "kinds are added to interfaces annotated with @OpenKinds, but %s is not; implement another",
                open.getName());
        String name = name(kind);
        Map<String, Class<?>> added = ADDED.computeIfAbsent(open, unused -> new ConcurrentHashMap<>());
        Class<?> other = of(open).getOrDefault(name, kind);
        Class<?> before = added.putIfAbsent(name, other);
        Require.that(
                other == kind && (before == null || before == kind),
                "every kind has a name of its own, but '%s' is %s already; choose another name than that of %s",
                name,
                before == null ? other.getName() : before.getName(),
                kind.getName());
    }

    /** The names of all kinds of an interface. */
    public static Set<String> names(Class<?> type) {
        return of(type).keySet();
    }

    /**
     * The keys of a kind.
     *
     * @throws IllegalArgumentException if the interface has no kind of that name
     */
    public static Set<String> keys(Class<?> type, String name) {
        Class<?> kind = of(type).get(name);
        if (kind == null) {
            throw new IllegalArgumentException("there is no '" + name + "'; " + Spelling.suggestion(name, names(type)));
        }
        return RecordKeys.of(kind);
    }

    /**
     * The name of a kind.
     *
     * @throws IllegalArgumentException if it is no record with a {@link Kind}
     */
    public static String name(Class<?> kind) {
        Kind annotation = kind.getAnnotation(Kind.class);
        if (!kind.isRecord() || annotation == null) {
            throw new IllegalArgumentException("a recipe chooses among records annotated with @Kind, but " + kind
                    + " is none; make it a record and annotate it");
        }
        return annotation.value();
    }

    /** Whether values of a type are chosen by their kind. */
    static boolean offers(Class<?> type) {
        return type.isInterface() && (type.isSealed() || type.isAnnotationPresent(OpenKinds.class));
    }

    /** The kinds of an interface by name. */
    static Map<String, Class<?>> of(Class<?> type) {
        Map<String, Class<?>> kinds = new LinkedHashMap<>();
        OpenKinds open = type.getAnnotation(OpenKinds.class);
        Class<?>[] known = open != null ? open.value() : type.getPermittedSubclasses();
        for (Class<?> kind : known == null ? new Class<?>[0] : known) {
            if (offers(kind)) {
                kinds.putAll(of(kind));
            } else {
                kinds.put(name(kind), kind);
            }
        }
        kinds.putAll(ADDED.getOrDefault(type, Map.of()));
        return kinds;
    }
}
