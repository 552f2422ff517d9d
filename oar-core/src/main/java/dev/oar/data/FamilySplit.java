package dev.oar.data;

import dev.oar.order.CounterRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Splits families into train and test.
 *
 * <p>Each class gives about the same share of its families, and at least one but never all of them if it has two or more. A
 * family that spans several classes counts for the first. Which families go is decided by a hash of seed and family name, so
 * that images added later move no other image to the other side unless the share asks for it.
 */
final class FamilySplit {
    private FamilySplit() {}

    /** The names of the families kept aside for measuring. */
    static Set<String> testFamilies(List<ImageEntry> images, double testFraction, long seed) {
        Map<Integer, Set<String>> familiesOfClass = new TreeMap<>();
        Set<String> seen = new HashSet<>();
        for (ImageEntry image : images) {
            if (seen.add(image.group())) {
                familiesOfClass
                        .computeIfAbsent(image.classIndex(), index -> new TreeSet<>())
                        .add(image.group());
            }
        }
        Set<String> test = new HashSet<>();
        for (Set<String> families : familiesOfClass.values()) {
            List<String> drawn = new ArrayList<>(families);
            drawn.sort(Comparator.comparingLong(
                    family -> CounterRandom.of(seed, "test split of " + family).bits(0)));
            test.addAll(drawn.subList(0, testCount(drawn.size(), testFraction)));
        }
        return test;
    }

    private static int testCount(int families, double testFraction) {
        if (families < 2 || testFraction == 0) {
            return 0;
        }
        return (int) Math.max(1, Math.min(families - 1, Math.round(families * testFraction)));
    }
}
