package dev.oar.data;

import dev.oar.layout.FoundImage;
import dev.oar.order.CounterRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Some images of a large set, to try something on: whole families, chosen by a hash of seed and family name, so that a larger choice
 * holds all of a smaller one.
 */
final class FamilyChoice {
    private FamilyChoice() {}

    /**
     * The chosen images in their order.
     *
     * @param most how many at most; empty: all
     */
    static List<FoundImage> of(List<FoundImage> images, Optional<Integer> most, long seed) {
        if (most.isEmpty() || images.size() <= most.get()) {
            return images;
        }
        Map<String, Integer> sizes = new LinkedHashMap<>();
        images.forEach(image -> sizes.merge(image.group(), 1, Integer::sum));
        List<String> families = new ArrayList<>(sizes.keySet());
        families.sort(Comparator.comparingLong(
                family -> CounterRandom.of(seed, "choice of " + family).bits(0)));
        Set<String> chosen = new HashSet<>();
        int left = most.get();
        for (String family : families) {
            int size = sizes.getOrDefault(family, 0);
            if (size > left) {
                break;
            }
            chosen.add(family);
            left -= size;
        }
        return images.stream().filter(image -> chosen.contains(image.group())).toList();
    }
}
