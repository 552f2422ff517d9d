package dev.oar.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** How names of Java stand in a recipe, and which known name an unknown one was probably meant to be. */
public final class Spelling {
    private Spelling() {}

    /** The word for a constant of an enumeration: {@code NEGATIVE_ENTROPY} is {@code negative-entropy}. */
    public static String word(Enum<?> constant) {
        return kebabCase(constant.name());
    }

    /** The constant that a word stands for, if there is one. */
    public static <E extends Enum<E>> Optional<E> constant(Class<E> type, String word) {
        return Arrays.stream(Objects.requireNonNull(type.getEnumConstants()))
                .filter(constant -> word(constant).equals(word))
                .findFirst();
    }

    /** The key of a component of a record: {@code imageSize} is {@code image-size}. */
    public static String key(String component) {
        return kebabCase(component);
    }

    /** {@code imageSize} and {@code IMAGE_SIZE} are {@code image-size}. */
    static String kebabCase(String javaName) {
        return javaName.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                .replace('_', '-')
                .toLowerCase(Locale.ROOT);
    }

    /** The end of a sentence about an unknown name: the nearest known one, or all of them if none is near. */
    static String suggestion(String unknown, Collection<String> known) {
        return nearest(unknown, known)
                .map(name -> "did you mean '" + name + "'?")
                .orElse(
                        known.isEmpty()
                                ? "nothing is known here, so remove it"
                                : "known are " + String.join(", ", known));
    }

    /**
     * The known names that an unknown one is likeliest to mean, nearest first: those that hold it or are held by it, then those that
     * differ in the fewest letters; upper and lower case are one.
     *
     * @param count how many at most
     */
    public static List<String> nearest(String unknown, Collection<String> known, int count) {
        String sought = unknown.toLowerCase(Locale.ROOT);
        return known.stream()
                .sorted(Comparator.comparing((String name) -> !holds(name.toLowerCase(Locale.ROOT), sought))
                        .thenComparing(name -> distance(sought, name.toLowerCase(Locale.ROOT))))
                .limit(count)
                .toList();
    }

    private static boolean holds(String name, String sought) {
        return !sought.isEmpty() && (name.contains(sought) || sought.contains(name));
    }

    /** The known name that an unknown one was probably meant to be, if one is near. */
    static Optional<String> nearest(String unknown, Collection<String> known) {
        int tolerance = Math.max(2, unknown.length() / 3);
        return known.stream()
                .min(Comparator.comparingInt(name -> distance(unknown, name)))
                .filter(name -> distance(unknown, name) <= Math.min(tolerance, name.length() - 1));
    }

    /** How many letters must be inserted, deleted or changed (Levenshtein 1966). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
