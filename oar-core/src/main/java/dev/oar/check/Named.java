package dev.oar.check;

import dev.oar.layout.LeftOut;
import java.util.List;

/**
 * How many there are of something, and some of them by name.
 *
 * @param count at least the number of names
 * @param first the first names, up to {@value #MOST}
 */
public record Named(int count, List<String> first) {
    /** How many names are kept. */
    public static final int MOST = 5;

    /** Keeps a copy of the names. */
    public Named {
        first = List.copyOf(first);
    }

    /** Of all names. */
    static Named of(List<String> names) {
        return new Named(names.size(), names.subList(0, Math.min(MOST, names.size())));
    }

    /** The count and the first names, such as "4: a.txt, b.txt, c.txt and 1 more". */
    public String summary() {
        String names = LeftOut.some(first.subList(0, Math.min(3, first.size())));
        return count + (first.isEmpty() ? "" : ": " + names + (count > 3 ? " and " + (count - 3) + " more" : ""));
    }
}
