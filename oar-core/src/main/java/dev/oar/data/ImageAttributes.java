package dev.oar.data;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.Require;
import dev.oar.image.Attribute;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is known of a set of images besides their pixels: attributes, the value of each that every image has, and the pairs of values that
 * are held out of training ({@link HeldOutPair}). A set without attributes has none of them.
 */
public final class ImageAttributes {
    private final List<Attribute> attributes;
    private final int[][] values;
    private final List<HeldOutPair> pairs;

    /**
     * The attributes of some images.
     *
     * @param attributes which there are
     * @param values {@code [images][attributes]}, places in {@link Attribute#values()}; not copied, not to be changed
     * @param pairs the pairs that are held out
     * @throws IllegalArgumentException if an image has no value of an attribute, or one that it does not take
     */
    public ImageAttributes(List<Attribute> attributes, int[][] values, List<HeldOutPair> pairs) {
        for (int[] row : values) {
            Require.that(
                    row.length == attributes.size(),
                    "an image has a value of each attribute, but one has %s of %s; give each one",
                    row.length,
                    attributes.size());
            for (int i = 0; i < row.length; i++) {
                Require.that(
                        row[i] >= 0 && row[i] < attributes.get(i).values().size(),
                        "a value of the attribute '%s' is numbered from 0 to below %s, but one is %s; correct it",
                        attributes.get(i).name(),
                        attributes.get(i).values().size(),
                        row[i]);
            }
        }
        this.attributes = List.copyOf(attributes);
        this.values = values;
        this.pairs = List.copyOf(pairs);
    }

    /** The attributes, in the order in which they were named; empty without any. */
    public List<Attribute> attributes() {
        return attributes;
    }

    /** The pairs of values that are held out of training. */
    public List<HeldOutPair> pairs() {
        return pairs;
    }

    /** The number of images. */
    public int count() {
        return values.length;
    }

    /** The places of an image's values, one per attribute; a copy. */
    public int[] valuesOf(int image) {
        return values[image].clone();
    }

    /** The held-out pairs that an image has. */
    public List<HeldOutPair> pairsOf(int image) {
        return pairs.stream().filter(pair -> pair.in(values[image])).toList();
    }

    /** Whether an image has a held-out pair, so that no model that draws is trained on it. */
    public boolean hasPair(int image) {
        return pairs.stream().anyMatch(pair -> pair.in(values[image]));
    }

    /** The same of some of the images, in this order. */
    public ImageAttributes of(int... images) {
        return new ImageAttributes(
                attributes,
                Arrays.stream(images).mapToObj(image -> values[image]).toArray(int[][]::new),
                pairs);
    }

    /** Tells the attributes and values of these images from those of others. */
    public String fingerprint() {
        return Fingerprint.of(fingerprintParts().toArray(String[]::new));
    }

    /** What a fingerprint of the images must tell apart; nothing without attributes. */
    List<String> fingerprintParts() {
        return attributes.isEmpty()
                ? List.of()
                : List.of(
                        attributes.toString(),
                        Arrays.deepToString(values),
                        pairs.stream()
                                .map(pair -> pair.label(attributes))
                                .toList()
                                .toString());
    }

    /** The places of the images that have a held-out pair, ascending. */
    int[] imagesWithPair() {
        return IntStream.range(0, values.length).filter(this::hasPair).toArray();
    }
}
