package dev.oar.data;

import dev.oar.order.CounterRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Splits families into train and test.
 *
 * <p>Each class gives about the same fraction of its families, and keeps at least one to train on. If it has two or more, at least
 * one of them is tested, unless that would leave another class nothing to train on. A family that spans several classes counts
 * for the fraction of the first, but it is kept for training as long as any of its classes has no other. Which families go is
 * decided by a hash of seed and family name, so that images added later move no other image to the other side unless the share
 * asks for it.
 */
final class FamilySplit {
    private final long seed;
    private final Map<String, Set<Integer>> classesOfFamily = new HashMap<>();
    private final Map<Integer, Set<String>> familiesOfClass = new TreeMap<>();
    private final Map<Integer, Integer> trainFamilies = new HashMap<>();
    private final Set<String> test = new HashSet<>();

    private FamilySplit(List<ImageEntry> images, long seed) {
        this.seed = seed;
        for (ImageEntry image : images) {
            classesOfFamily
                    .computeIfAbsent(image.group(), family -> new TreeSet<>())
                    .add(image.classIndex());
            familiesOfClass
                    .computeIfAbsent(image.classIndex(), index -> new TreeSet<>())
                    .add(image.group());
        }
        familiesOfClass.forEach((index, families) -> trainFamilies.put(index, families.size()));
    }

    /** The names of the families kept aside for measuring. */
    static Set<String> testFamilies(List<ImageEntry> images, double testFraction, long seed) {
        FamilySplit split = new FamilySplit(images, seed);
        if (testFraction > 0) {
            split.draw(firstFamilies(images), testFraction);
        }
        return split.test;
    }

    /**
     * As {@link #testFamilies(List, double, long)}, of the families that are not held out; those that are join them by rule, whatever the
     * fraction.
     */
    static Set<String> testFamilies(List<ImageEntry> images, Set<String> heldOut, double testFraction, long seed) {
        List<ImageEntry> others = images.stream()
                .filter(image -> !heldOut.contains(image.group()))
                .toList();
        Set<String> test = testFamilies(others, testFraction, seed);
        test.addAll(heldOut);
        return test;
    }

    /** The families of each class that have no image of a class before it in the order of the images. */
    private static Map<Integer, Set<String>> firstFamilies(List<ImageEntry> images) {
        Map<Integer, Set<String>> first = new TreeMap<>();
        Set<String> seen = new HashSet<>();
        for (ImageEntry image : images) {
            if (seen.add(image.group())) {
                first.computeIfAbsent(image.classIndex(), index -> new TreeSet<>())
                        .add(image.group());
            }
        }
        return first;
    }

    private void draw(Map<Integer, Set<String>> firstFamilies, double testFraction) {
        firstFamilies.values().forEach(families -> draw(families, testCount(families.size(), testFraction)));
        // Classes whose families all count for others have given none of their own.
        familiesOfClass.values().stream()
                .filter(families -> families.size() > 1 && Collections.disjoint(families, test))
                .forEach(families -> draw(families, 1));
    }

    private void draw(Set<String> families, int count) {
        List<String> drawn = new ArrayList<>(families);
        drawn.sort(Comparator.comparingLong(
                family -> CounterRandom.of(seed, "test split of " + family).bits(0)));
        drawn.stream().filter(this::isSpared).limit(count).forEach(this::take);
    }

    /** Whether every class of a family has another one to train on. */
    private boolean isSpared(String family) {
        return classesOfFamily.getOrDefault(family, Set.of()).stream()
                .allMatch(index -> trainFamilies.getOrDefault(index, 0) > 1);
    }

    private void take(String family) {
        test.add(family);
        classesOfFamily.getOrDefault(family, Set.of()).forEach(index -> trainFamilies.merge(index, -1, Integer::sum));
    }

    private static int testCount(int families, double testFraction) {
        return families < 2 ? 0 : (int) Math.max(1, Math.min(families - 1, Math.round(families * testFraction)));
    }
}
