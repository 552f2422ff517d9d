package dev.oar.layout;

import java.util.List;

/**
 * Files that lie in the folder of a set and are no part of it.
 *
 * @param names relative to the folder, with slashes, ascending
 */
public record LeftOut(List<String> names) {
    /** Nothing. */
    public static final LeftOut NONE = new LeftOut(List.of());

    /** What results of a measurement call the {@link #summary}. */
    public static final String SETTING = "files left out";

    private static final int NAMED = 3;

    /** Keeps a copy of the names. */
    public LeftOut {
        names = List.copyOf(names);
    }

    /** How many there are, and the first {@value #NAMED} of them, such as "4: a.txt, b.txt, c.txt and 1 more". */
    public String summary() {
        return names.size() + ": " + some(names);
    }

    /** The first {@value #NAMED} of some names, and how many there are beyond them. */
    public static String some(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
        return names.size() > NAMED ? first + " and " + (names.size() - NAMED) + " more" : first;
    }

    /** "1 file" or "3 files". */
    public static String count(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
