package dev.oar.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts names by kind, and keeps the first of each kind: what is wrong with a hundred thousand files needs no more memory than this. */
final class NameTally {
    private final Map<String, List<String>> first = new TreeMap<>();
    private final Map<String, Integer> counts = new TreeMap<>();

    void add(String kind, String name) {
        counts.merge(kind, 1, Integer::sum);
        List<String> names = first.computeIfAbsent(kind, none -> new ArrayList<>());
        if (names.size() < Named.MOST) {
            names.add(name);
        }
    }

    /** What was counted, by kind, the kinds as texts ascending. */
    Map<String, Named> named() {
        Map<String, Named> named = new LinkedHashMap<>();
        counts.forEach((kind, count) -> named.put(kind, new Named(count, first.getOrDefault(kind, List.of()))));
        return Collections.unmodifiableMap(named);
    }
}
