package dev.oar.check;

import dev.oar.layout.FoundImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The classes of the readable images.
 *
 * @param count how many
 * @param smallest the class of fewest images, the first by name of equal ones
 * @param median half of the classes have no more images
 * @param largest the class of most images, the first by name of equal ones
 * @param tooSmall classes of one picture, its variants not counted: it cannot be both trained on and tested
 */
public record ClassCounts(
        int count, Optional<ClassSize> smallest, int median, Optional<ClassSize> largest, Named tooSmall) {
    /** A class and how many images it has. */
    public record ClassSize(String name, int images) {}

    static ClassCounts of(List<FoundImage> images) {
        Map<String, Integer> sizes = new TreeMap<>();
        Map<String, Set<String>> families = new TreeMap<>();
        for (FoundImage image : images) {
            sizes.merge(image.className(), 1, Integer::sum);
            families.computeIfAbsent(image.className(), name -> new HashSet<>()).add(image.group());
        }
        List<ClassSize> bySize = new ArrayList<>();
        sizes.forEach((name, size) -> bySize.add(new ClassSize(name, size)));
        Comparator<ClassSize> size = Comparator.comparingInt(ClassSize::images);
        bySize.sort(size);
        return new ClassCounts(
                bySize.size(),
                bySize.stream().findFirst(),
                bySize.isEmpty() ? 0 : bySize.get((bySize.size() - 1) / 2).images(),
                bySize.stream().max(size.thenComparing(ClassSize::name, Comparator.reverseOrder())),
                Named.of(families.entrySet().stream()
                        .filter(entry -> entry.getValue().size() == 1)
                        .map(Map.Entry::getKey)
                        .toList()));
    }
}
