package dev.oar.layout;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The 1,000 classes of ILSVRC 2012 and the words that WordNet 3.0 has for each of them. Their order is that of their WordNet ids as texts, which is
 * the order of the classes of public models.
 */
public final class ImageNetClasses {
    private static final String RESOURCE = "imagenet-classes.txt";

    private ImageNetClasses() {}

    /** The words of each class by its WordNet id, such as {@code n01440764}, the usual one first. */
    public static SortedMap<String, List<String>> words() {
        try (InputStream stream = ImageNetClasses.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException(RESOURCE + " must be on the class path; build the project anew");
            }
            SortedMap<String, List<String>> words = new TreeMap<>();
            new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(line -> {
                String[] parts = line.split(" ", 2);
                words.put(parts[0], List.of(parts[1].split(", ")));
            });
            return words;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Names images of WordNet ids by the classes of a model of all of ImageNet, whose classes have {@linkplain #names() these names} or are the
     * numbers 0 to 999. Other images, and images for other models, are given back as they are.
     *
     * @param modelClasses names of the model's classes in the order of their numbers
     */
    public static List<FoundImage> namedFor(List<String> modelClasses, List<FoundImage> images) {
        SortedMap<String, List<String>> words = words();
        boolean ofImageNet = modelClasses.equals(names())
                || modelClasses.equals(IntStream.range(0, words.size())
                        .mapToObj(Integer::toString)
                        .toList());
        if (!ofImageNet || !images.stream().map(FoundImage::className).allMatch(words::containsKey)) {
            return images;
        }
        Map<String, String> names = new HashMap<>();
        words.keySet().forEach(id -> names.put(id, modelClasses.get(names.size())));
        return images.stream()
                .map(image -> image.withClass(names.getOrDefault(image.className(), "")))
                .toList();
    }

    /**
     * A name for each class, no two of them equal: its usual word, or its first that is no other class's usual one, or the usual one and the
     * WordNet id.
     */
    public static List<String> names() {
        SortedMap<String, List<String>> words = words();
        Map<String, Integer> usual = new HashMap<>();
        words.values().forEach(each -> usual.merge(each.get(0), 1, Integer::sum));
        List<String> names = new ArrayList<>();
        words.forEach((id, each) -> {
            boolean alone = usual.getOrDefault(each.get(0), 0) == 1;
            names.add(
                    alone
                            ? each.get(0)
                            : each.stream()
                                    .filter(word -> !usual.containsKey(word))
                                    .findFirst()
                                    .orElse(each.get(0) + " (" + id + ")"));
        });
        return names;
    }
}
