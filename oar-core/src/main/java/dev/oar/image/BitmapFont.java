package dev.oar.image;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A small font drawn pixel by pixel, so that captions need no fonts on the machine and look the same on all of them.
 *
 * <p>{@code bitmap-font.txt} shows its glyphs as they are: printable ASCII and a box for everything else, in six bands of
 * sixteen glyphs, each 5 pixels wide and 9 high (7 above the base line), with one blank column between neighbours.
 * Accents are left out: "é" is drawn as "e".
 */
final class BitmapFont {
    /** The height of a line at scale 1, in pixels. */
    static final int HEIGHT = 9;

    private static final String RESOURCE = "bitmap-font.txt";
    private static final int GLYPH_WIDTH = 5;
    private static final int GLYPHS_PER_BAND = 16;
    private static final int FIRST = ' ';
    private static final int BOX = 127;
    private static final int SPACE_WIDTH = 3;

    private static final boolean[][][] GLYPHS = load();

    private BitmapFont() {}

    /** The width of a line of text at scale 1, in pixels. */
    static int width(String text) {
        int width = 0;
        for (int letter : letters(text)) {
            width += advance(letter);
        }
        return Math.max(0, width - 1);
    }

    /** The text, or as much of its beginning as fits that width at scale 1, followed by two dots. */
    static String fitting(String text, int width) {
        if (width(text) <= width) {
            return text;
        }
        int end = text.length();
        while (end > 0 && width(text.substring(0, end).stripTrailing() + "..") > width) {
            end = text.offsetByCodePoints(end, -1);
        }
        return text.substring(0, end).stripTrailing() + "..";
    }

    /**
     * The text in lines that fit a width at scale 1, broken between words where that is possible; what does not fit the last line is cut.
     *
     * @param most how many lines at most, at least 1
     */
    static List<String> wrapped(String text, int width, int most) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String word : text.split(" ", -1)) {
            String longer = line.isEmpty() ? word : line + " " + word;
            if (line.isEmpty() || width(longer) <= width || lines.size() == most - 1) {
                line = longer;
            } else {
                lines.add(fitting(line, width));
                line = word;
            }
        }
        lines.add(fitting(line, width));
        return lines;
    }

    /** Draws a line of text with its upper left corner there. */
    static void draw(Pixels pixels, String text, int left, int top, int scale, int colour) {
        int x = left;
        for (int letter : letters(text)) {
            boolean[][] glyph = GLYPHS[letter];
            for (int row = 0; row < HEIGHT; row++) {
                for (int column = 0; column < GLYPH_WIDTH; column++) {
                    if (glyph[row][column]) {
                        pixels.fill(x + column * scale, top + row * scale, scale, scale, colour);
                    }
                }
            }
            x += advance(letter) * scale;
        }
    }

    private static int[] letters(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKD).replaceAll("\\p{M}+", "");
        return plain.codePoints()
                .map(point -> point >= FIRST && point < BOX ? point : BOX)
                .map(point -> point - FIRST)
                .toArray();
    }

    private static int advance(int letter) {
        int ink = 0;
        for (boolean[] row : GLYPHS[letter]) {
            for (int column = ink; column < GLYPH_WIDTH; column++) {
                ink = row[column] ? column + 1 : ink;
            }
        }
        return (ink == 0 ? SPACE_WIDTH : ink) + 1;
    }

    private static boolean[][][] load() {
        List<String> lines = readLines();
        boolean[][][] glyphs = new boolean[BOX - FIRST + 1][HEIGHT][GLYPH_WIDTH];
        for (int letter = 0; letter < glyphs.length; letter++) {
            int left = letter % GLYPHS_PER_BAND * (GLYPH_WIDTH + 1);
            for (int row = 0; row < HEIGHT; row++) {
                String line = lines.get(letter / GLYPHS_PER_BAND * HEIGHT + row);
                for (int column = 0; column < GLYPH_WIDTH; column++) {
                    glyphs[letter][row][column] = line.charAt(left + column) == '#';
                }
            }
        }
        return glyphs;
    }

    private static List<String> readLines() {
        try (InputStream stream = Objects.requireNonNull(BitmapFont.class.getResourceAsStream(RESOURCE), RESOURCE);
                BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII))) {
            List<String> lines = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException("the font " + RESOURCE + " inside this program cannot be read", e);
        }
    }
}
