package dev.oar.text;

import java.util.Comparator;

/**
 * Two parts of words that become one, spelled in {@link ByteLetters}.
 *
 * @param first what stands before
 * @param second what stands behind
 */
record BytePair(String first, String second) implements Comparable<BytePair> {
    private static final Comparator<BytePair> ORDER =
            Comparator.comparing(BytePair::first).thenComparing(BytePair::second);

    String joined() {
        return first + second;
    }

    @Override
    public int compareTo(BytePair other) {
        return ORDER.compare(this, other);
    }
}
