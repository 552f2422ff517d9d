package dev.oar.image;

import java.util.HashSet;
import java.util.List;

/**
 * A property by which images are told apart, such as the colour of hair.
 *
 * @param name its name, such as a column of the table that describes the images
 * @param values the values that it takes, each once, from 2 to {@value #MOST_VALUES} of them; their places are numbers of values elsewhere
 */
public record Attribute(String name, List<String> values) {
    /** More values than that are names or numbers of images, not properties that many of them share. */
    public static final int MOST_VALUES = 256;

    private static final int FEWEST_VALUES = 2;

    /** Checks name and values. */
    public Attribute {
        values = List.copyOf(values);
        if (name.isBlank()) {
            throw new IllegalArgumentException("an attribute has a name, but this one's is blank; name it");
        }
        if (values.size() < FEWEST_VALUES || values.size() > MOST_VALUES) {
            throw new IllegalArgumentException("an attribute has " + FEWEST_VALUES + " to " + MOST_VALUES
                    + " values, but '" + name + "' has " + values.size() + "; leave it out");
        }
        if (new HashSet<>(values).size() < values.size()) {
            throw new IllegalArgumentException(
                    "an attribute has each value once, but '" + name + "' has " + values + "; name each once");
        }
    }
}
