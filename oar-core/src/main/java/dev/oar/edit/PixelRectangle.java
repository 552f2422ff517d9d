package dev.oar.edit;

import dev.oar.config.Require;

/**
 * A rectangle of pixels.
 *
 * @param left first column, at least 0
 * @param top first row, at least 0
 * @param width columns, at least 1
 * @param height rows, at least 1
 */
public record PixelRectangle(int left, int top, int width, int height) {
    private static final int NUMBERS = 4;

    /** Checks the ranges. */
    public PixelRectangle {
        Require.that(
                left >= 0 && top >= 0 && width >= 1 && height >= 1,
                "a rectangle begins at 0 or later and has at least 1 pixel each way, but is %s,%s,%s,%s; the numbers are left, top,"
                        + " width and height",
                left,
                top,
                width,
                height);
    }

    /**
     * The rectangle of a text such as {@code 16,16,32,24}: left, top, width, height.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static PixelRectangle parse(String text) {
        String[] parts = text.split(",", -1);
        int[] numbers = new int[NUMBERS];
        try {
            for (int i = 0; i < NUMBERS && parts.length == NUMBERS; i++) {
                numbers[i] = Integer.parseInt(parts[i].strip());
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(refusal(text), e);
        }
        Require.that(parts.length == NUMBERS, "%s", refusal(text));
        return new PixelRectangle(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    /** The column behind the last. */
    int right() {
        return left + width;
    }

    /** The row behind the last. */
    int bottom() {
        return top + height;
    }

    /** Whether a pixel lies within. */
    boolean contains(int x, int y) {
        return x >= left && x < right() && y >= top && y < bottom();
    }

    /** The place of a pixel that lies within, in row-major order. */
    int offset(int x, int y) {
        return (y - top) * width + x - left;
    }

    /** Larger by some pixels on every side, as far as an image of this size reaches. */
    PixelRectangle grown(int pixels, int imageWidth, int imageHeight) {
        int newLeft = Math.max(0, left - pixels);
        int newTop = Math.max(0, top - pixels);
        return new PixelRectangle(
                newLeft,
                newTop,
                Math.min(imageWidth, right() + pixels) - newLeft,
                Math.min(imageHeight, bottom() + pixels) - newTop);
    }

    private static String refusal(String text) {
        return "a rectangle is written as left,top,width,height in pixels, but is '" + text + "'; write 16,16,32,24 for"
                + " example";
    }
}
