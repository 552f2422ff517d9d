package dev.oar.data;

import dev.oar.config.ConfigException;
import dev.oar.config.Spelling;
import dev.oar.image.Attribute;
import dev.oar.layout.FoundImage;
import dev.oar.layout.LeftOut;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Makes attributes of the columns that a recipe names, and pairs of the values that it holds out.
 *
 * @param path the set, for errors
 * @param config names columns and pairs
 * @param images what the table says of the images
 */
record AttributeColumns(Path path, ImageFolderConfig config, List<FoundImage> images) {
    private static final int OFFERED = 5;

    /**
     * The attributes of the images.
     *
     * @throws ConfigException if a column has too few or too many values, a pair names a value that no image has, or holding pairs out
     *     leaves nothing to train on
     */
    ImageAttributes attributes() {
        List<Attribute> attributes = new ArrayList<>();
        for (int column = 0; column < config.attributeColumns().size(); column++) {
            attributes.add(attribute(column));
        }
        int[][] values = new int[images.size()][];
        List<Map<String, Integer>> places =
                attributes.stream().map(attribute -> places(attribute.values())).toList();
        for (int image = 0; image < values.length; image++) {
            List<String> row = images.get(image).attributes();
            int[] ofImage = new int[attributes.size()];
            Arrays.setAll(ofImage, i -> places.get(i).getOrDefault(row.get(i), -1));
            values[image] = ofImage;
        }
        List<HeldOutPair> pairs = config.heldOutPairs().stream()
                .map(pair -> pair(attributes, pair))
                .toList();
        ImageAttributes all = new ImageAttributes(attributes, values, pairs);
        requireTrainable(all);
        return all;
    }

    private Attribute attribute(int column) {
        String name = config.attributeColumns().get(column);
        Set<String> values = images.stream()
                .map(image -> image.attributes().get(column))
                .collect(Collectors.toCollection(TreeSet::new));
        if (values.size() < 2 || values.size() > Attribute.MOST_VALUES) {
            throw new ConfigException("an attribute must have 2 to " + Attribute.MOST_VALUES
                    + " values, but the column '" + name + "' of " + path + " has " + values.size()
                    + "; take it out of attribute-columns");
        }
        return new Attribute(name, List.copyOf(values));
    }

    private static Map<String, Integer> places(List<String> values) {
        Map<String, Integer> places = new TreeMap<>();
        values.forEach(value -> places.put(value, places.size()));
        return places;
    }

    private HeldOutPair pair(List<Attribute> attributes, Map<String, String> pair) {
        List<Integer> places = new ArrayList<>();
        List<Integer> values = new ArrayList<>();
        for (int i = 0; i < attributes.size(); i++) {
            Attribute attribute = attributes.get(i);
            String value = pair.get(attribute.name());
            if (value != null) {
                places.add(i);
                values.add(valuePlace(attribute, value));
            }
        }
        return new HeldOutPair(places.get(0), values.get(0), places.get(1), values.get(1));
    }

    private int valuePlace(Attribute attribute, String value) {
        int place = attribute.values().indexOf(value);
        if (place < 0) {
            throw new ConfigException("held-out-pairs names the value '" + value + "' of " + attribute.name() + ", but "
                    + path + " has only others, such as "
                    + String.join(", ", Spelling.nearest(value, attribute.values(), OFFERED)) + "; correct it");
        }
        return place;
    }

    /** Whatever is held out must be there, and what it is made of must be learnt from other images. */
    private void requireTrainable(ImageAttributes attributes) {
        if (attributes.pairs().isEmpty()) {
            return;
        }
        Set<String> heldOut = Arrays.stream(attributes.imagesWithPair())
                .mapToObj(image -> images.get(image).group())
                .collect(Collectors.toSet());
        for (HeldOutPair pair : attributes.pairs()) {
            String label = pair.label(attributes.attributes());
            if (!some(attributes, pair::in, Set.of())) {
                throw new ConfigException("a held-out pair must be one that images have, but no image of " + path
                        + " has " + label + "; take it out of held-out-pairs");
            }
            if (!some(attributes, values -> values[pair.first()] == pair.firstValue(), heldOut)
                    || !some(attributes, values -> values[pair.second()] == pair.secondValue(), heldOut)) {
                throw new ConfigException("each value of a held-out pair must be learnt from other images, but all of "
                        + path + " with one of " + label + " are held out; hold out fewer pairs");
            }
        }
        Set<String> lost = images.stream().map(FoundImage::className).collect(Collectors.toCollection(TreeSet::new));
        images.stream()
                .filter(image -> !heldOut.contains(image.group()))
                .forEach(image -> lost.remove(image.className()));
        if (!lost.isEmpty()) {
            throw new ConfigException("held-out pairs must leave every class images to train on, but none are left of "
                    + LeftOut.some(List.copyOf(lost)) + " in " + path + "; hold out fewer pairs");
        }
    }

    private boolean some(ImageAttributes attributes, Predicate<int[]> wanted, Set<String> butFamilies) {
        for (int image = 0; image < images.size(); image++) {
            if (wanted.test(attributes.valuesOf(image))
                    && !butFamilies.contains(images.get(image).group())) {
                return true;
            }
        }
        return false;
    }
}
