package dev.oar.check;

import dev.oar.image.PerceptualHash;
import dev.oar.layout.FoundImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Finds images that show the same, and others that nearly do. */
final class DuplicateSearch {
    private final List<FoundImage> images;
    private final boolean[] tested;
    private final DuplicateCounts exact;
    private final DuplicateCounts near;

    /**
     * Searches.
     *
     * @param images in the order of their names
     * @param seen what their pixels tell, in the same order
     * @param tested which of them are tested
     */
    DuplicateSearch(List<FoundImage> images, List<ScannedImage.Seen> seen, boolean[] tested) {
        this.images = images;
        this.tested = tested;
        List<int[]> pictures = pictures(seen);
        this.exact = exact(pictures);
        this.near = near(pictures, seen);
    }

    /** Images of the same pixels. */
    DuplicateCounts exact() {
        return exact;
    }

    /** Images that look alike and are not the same; those of the same pixels count together. */
    DuplicateCounts near() {
        return near;
    }

    /** The places of all images of each picture, ascending. */
    private static List<int[]> pictures(List<ScannedImage.Seen> seen) {
        Map<PixelHash, Integer> known = new HashMap<>();
        List<List<Integer>> members = new ArrayList<>();
        for (int i = 0; i < seen.size(); i++) {
            int picture = known.computeIfAbsent(seen.get(i).hash(), hash -> members.size());
            if (picture == members.size()) {
                members.add(new ArrayList<>(1));
            }
            members.get(picture).add(i);
        }
        return members.stream()
                .map(places -> places.stream().mapToInt(Integer::intValue).toArray())
                .toList();
    }

    private DuplicateCounts exact(List<int[]> pictures) {
        List<int[]> several =
                pictures.stream().filter(places -> places.length > 1).toList();
        List<String> across = several.stream()
                .filter(places -> hasSide(places, false))
                .flatMap(places ->
                        Arrays.stream(places).filter(place -> tested[place]).mapToObj(this::name))
                .sorted()
                .toList();
        List<String> pairs = several.stream()
                .map(places -> name(places[0]) + " = " + name(places[1]))
                .toList();
        return counts(several, across, pairs);
    }

    private DuplicateCounts near(List<int[]> pictures, List<ScannedImage.Seen> seen) {
        List<PerceptualHash> looks =
                pictures.stream().map(places -> seen.get(places[0]).looks()).toList();
        DisjointSets groups = new DisjointSets(pictures.size());
        BitSet across = new BitSet();
        Map<Integer, Integer> partners = new HashMap<>();
        NearPairs.find(looks, (one, other) -> {
            groups.join(one, other);
            partners.merge(one, other, Math::min);
            markAcross(pictures, one, other, across);
            markAcross(pictures, other, one, across);
        });
        Map<Integer, List<Integer>> members = new TreeMap<>();
        for (int picture = 0; picture < pictures.size(); picture++) {
            members.computeIfAbsent(groups.first(picture), first -> new ArrayList<>(1))
                    .add(picture);
        }
        members.values().removeIf(group -> group.size() == 1);
        List<int[]> several = members.values().stream()
                .map(group -> group.stream()
                        .flatMapToInt(picture -> Arrays.stream(pictures.get(picture)))
                        .sorted()
                        .toArray())
                .toList();
        List<String> pairs = members.keySet().stream()
                .map(first -> name(pictures.get(first)[0]) + " ~ "
                        + name(pictures.get(partners.getOrDefault(first, first))[0]))
                .toList();
        return counts(several, across.stream().mapToObj(this::name).sorted().toList(), pairs);
    }

    /** Marks the test images of a picture if the other one is trained on. */
    private void markAcross(List<int[]> pictures, int picture, int other, BitSet across) {
        if (hasSide(pictures.get(other), false)) {
            Arrays.stream(pictures.get(picture)).filter(place -> tested[place]).forEach(across::set);
        }
    }

    private DuplicateCounts counts(List<int[]> groups, List<String> across, List<String> pairs) {
        int acrossClasses = 0;
        for (int[] places : groups) {
            Set<String> classes = new HashSet<>();
            Arrays.stream(places).forEach(place -> classes.add(images.get(place).className()));
            acrossClasses += classes.size() > 1 ? 1 : 0;
        }
        return new DuplicateCounts(
                groups.size(),
                groups.stream().mapToInt(places -> places.length).sum(),
                Named.of(across),
                acrossClasses,
                Named.of(pairs));
    }

    private boolean hasSide(int[] places, boolean test) {
        return Arrays.stream(places).anyMatch(place -> tested[place] == test);
    }

    private String name(int place) {
        return images.get(place).fileName();
    }

    /** Numbers that are joined directly or along a chain; each set is known by its smallest. */
    private static final class DisjointSets {
        private final int[] parents;

        DisjointSets(int count) {
            parents = new int[count];
            Arrays.setAll(parents, number -> number);
        }

        int first(int number) {
            int root = number;
            while (parents[root] != root) {
                parents[root] = parents[parents[root]];
                root = parents[root];
            }
            return root;
        }

        void join(int one, int other) {
            int first = first(one);
            int second = first(other);
            parents[Math.max(first, second)] = Math.min(first, second);
        }
    }
}
