package dev.oar.image;

import java.util.regex.Pattern;

/**
 * A colour, such as the background behind transparent pixels.
 *
 * @param red 0 to 255
 * @param green 0 to 255
 * @param blue 0 to 255
 */
public record Rgb(int red, int green, int blue) {
    /** White. */
    public static final Rgb WHITE = new Rgb(255, 255, 255);

    private static final Pattern HEXADECIMAL = Pattern.compile("#[0-9a-fA-F]{6}");

    /** Checks the ranges. */
    public Rgb {
        if (((red | green | blue) & ~0xff) != 0) {
            throw new IllegalArgumentException("a colour needs three values from 0 to 255, but they are " + red + ", "
                    + green + " and " + blue + "; choose values in this range");
        }
    }

    /**
     * The colour of a text such as {@code #ffffff}.
     *
     * @throws IllegalArgumentException if the text is not {@code #} and six hexadecimal digits
     */
    public static Rgb parse(String text) {
        if (!HEXADECIMAL.matcher(text).matches()) {
            throw new IllegalArgumentException("a colour is written as # and six hexadecimal digits, but is '" + text
                    + "'; write #ffffff for white");
        }
        int value = Integer.parseInt(text.substring(1), 16);
        return new Rgb(value >> 16, value >> 8 & 0xff, value & 0xff);
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        return String.format("#%02x%02x%02x", red, green, blue);
    }
}
