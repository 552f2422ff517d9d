package dev.oar.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BitmapFontTests {
    @Test
    void everyPrintableCharacterLooksDifferent() {
        Set<String> shapes = new HashSet<>();
        for (char letter = ' '; letter < 127; letter++) {
            shapes.add(drawn(Character.toString(letter)));
        }
        assertThat(shapes).hasSize(95);
    }

    @Test
    void accentsAreLeftOutAndUnknownLettersAreBoxes() {
        assertThat(drawn("é")).isEqualTo(drawn("e"));
        assertThat(drawn("漢")).isEqualTo(drawn("字")).isNotEqualTo(drawn(" "));
        assertThat(drawn("\n")).isEqualTo(drawn("🦁"));
    }

    @Test
    void textIsCutToTheWidth() {
        String text = "people-body 🦁🦁 with a long name";
        for (int width = 20; width < 220; width++) {
            String fitting = BitmapFont.fitting(text, width);
            assertThat(BitmapFont.width(fitting)).isLessThanOrEqualTo(width);
            assertThat(fitting.equals(text) || fitting.endsWith("..")).isTrue();
        }
        assertThat(BitmapFont.fitting("short", 100)).isEqualTo("short");
    }

    @Test
    void noInkLiesOutsideTheWidth() {
        String text = "Wm|j_g@";
        Pixels pixels = new Pixels(200, BitmapFont.HEIGHT, 0);
        BitmapFont.draw(pixels, text, 0, 0, 1, 1);
        for (int x = BitmapFont.width(text); x < 200; x++) {
            for (int y = 0; y < BitmapFont.HEIGHT; y++) {
                assertThat(pixels.get(x, y)).isZero();
            }
        }
    }

    private static String drawn(String text) {
        Pixels pixels = new Pixels(5, BitmapFont.HEIGHT, 0);
        BitmapFont.draw(pixels, text, 0, 0, 1, 1);
        return Arrays.toString(pixels.toImage().rgb());
    }
}
