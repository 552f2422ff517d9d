package dev.oar.data;

import dev.oar.image.Attribute;
import java.util.List;

/**
 * Two values of two attributes that no training image has together, so that images that have them show whether a model can put together
 * what it knows apart.
 *
 * @param first place of one attribute
 * @param firstValue place of its value
 * @param second place of the other attribute, above {@code first}
 * @param secondValue place of its value
 */
public record HeldOutPair(int first, int firstValue, int second, int secondValue) {
    /** Whether values have both of the pair; one place of a value per attribute. */
    public boolean in(int[] values) {
        return values[first] == firstValue && values[second] == secondValue;
    }

    /** The pair in words, such as {@code hair_color red with hat blue}. */
    public String label(List<Attribute> attributes) {
        return words(attributes.get(first), firstValue) + " with " + words(attributes.get(second), secondValue);
    }

    private static String words(Attribute attribute, int value) {
        return attribute.name() + " " + attribute.values().get(value);
    }
}
