package dev.oar.edit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.image.Rgb;
import dev.oar.image.RgbImage;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class PullPushTests {
    @Test
    void knownPixelsStayAndUnknownOnesDoNotMatter() {
        for (int seed = 0; seed < 50; seed++) {
            RgbImage image = RandomPictures.image(seed, 13, 7).composedOn(Rgb.WHITE);
            PixelMask mask = RandomPictures.mask(seed, 13, 7);
            byte[] other = image.rgb().clone();
            for (int pixel = mask.next(0); pixel >= 0; pixel = mask.next(pixel + 1)) {
                other[3 * pixel + 1] ^= (byte) 0x77;
            }
            RgbImage filled = PullPush.fill(image, mask.pixels());
            assertThat(PullPush.fill(new RgbImage(13, 7, other), mask.pixels()).rgb())
                    .as("seed %s", seed)
                    .isEqualTo(filled.rgb());
            for (int pixel = 0; pixel < 13 * 7; pixel++) {
                if (!mask.pixels().get(pixel)) {
                    assertThat(filled.rgb()[3 * pixel]).isEqualTo(image.rgb()[3 * pixel]);
                }
            }
        }
    }

    @Test
    void aHoleInOneColourDisappears() {
        byte[] rgb = new byte[3 * 20 * 20];
        for (int pixel = 0; pixel < 400; pixel++) {
            rgb[3 * pixel] = 40;
            rgb[3 * pixel + 1] = (byte) 200;
            rgb[3 * pixel + 2] = 7;
        }
        PixelMask hole = PixelMask.ofRectangles(20, 20, List.of(new PixelRectangle(3, 0, 15, 17)));
        byte[] damaged = rgb.clone();
        for (int pixel = hole.next(0); pixel >= 0; pixel = hole.next(pixel + 1)) {
            damaged[3 * pixel] = 0;
        }
        assertThat(PullPush.fill(new RgbImage(20, 20, damaged), hole.pixels()).rgb())
                .isEqualTo(rgb);
    }

    @Test
    void aSlopeGoesOnBetweenItsEnds() {
        byte[] rgb = new byte[3 * 64];
        for (int x = 0; x < 64; x++) {
            rgb[3 * x] = (byte) (x < 16 ? 50 : 200);
        }
        BitSet middle = new BitSet();
        middle.set(16, 48);
        byte[] filled = PullPush.fill(new RgbImage(64, 1, rgb), middle).rgb();
        for (int x = 17; x < 48; x++) {
            assertThat(filled[3 * x] & 255).as("column %s", x).isGreaterThanOrEqualTo(filled[3 * x - 3] & 255);
        }
        assertThat(filled[3 * 32] & 255).isBetween(80, 170);
    }

    @Test
    void anImageOfWhichNothingIsKnownBecomesWhite() {
        BitSet all = new BitSet();
        all.set(0, 6);
        assertThat(PullPush.fill(new RgbImage(3, 2, new byte[18]), all).rgb()).containsOnly(255);
    }
}
