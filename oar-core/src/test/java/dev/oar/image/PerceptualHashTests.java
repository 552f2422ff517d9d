package dev.oar.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PerceptualHashTests {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void scalingAndCompressingAnewChangesLittle(long seed) throws IOException {
        RgbImage image = Resize.bicubic(Pictures.noise(7, 6, seed), 90, 80);
        PerceptualHash hash = PerceptualHash.of(image);
        assertThat(PerceptualHash.of(Resize.bicubic(image, 180, 160)).isNear(hash))
                .as("twice as large, seed %d", seed)
                .isTrue();
        RgbImage compressed = decoded(Pictures.encoded(image, "jpg"));
        assertThat(compressed.rgb()).isNotEqualTo(image.rgb());
        assertThat(PerceptualHash.of(compressed).isNear(hash))
                .as("compressed, seed %d", seed)
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void otherPicturesAndOtherColoursAreNotNear(long seed) {
        RgbImage image = Pictures.noise(40, 40, seed);
        PerceptualHash hash = PerceptualHash.of(image);
        assertThat(hash.isNear(PerceptualHash.of(Pictures.noise(40, 40, seed + 100))))
                .as("another picture, seed %d", seed)
                .isFalse();
        assertThat(hash.isNear(PerceptualHash.of(image.mirrored())))
                .as("mirrored, seed %d", seed)
                .isFalse();
        byte[] darker = image.rgb().clone();
        for (int i = 0; i < darker.length; i++) {
            darker[i] = (byte) ((darker[i] & 255) / 2);
        }
        PerceptualHash dark = PerceptualHash.of(new RgbImage(40, 40, darker));
        assertThat(Long.bitCount(dark.bits() ^ hash.bits())).as("seed %d", seed).isLessThanOrEqualTo(5);
        assertThat(hash.isNear(dark)).as("darker, seed %d", seed).isFalse();
    }

    @Test
    void aBitIsSetWhereACellIsDarkerThanItsRightNeighbour() {
        byte[] rgb = new byte[9 * 8 * 3];
        for (int row = 0; row < 8; row++) {
            for (int channel = 0; channel < 3; channel++) {
                rgb[(row * 9 + row + 1) * 3 + channel] = (byte) 200;
            }
        }
        long expected = 0;
        for (int row = 0; row < 8; row++) {
            expected |= 1L << (row * 8 + row);
        }
        assertThat(PerceptualHash.of(new RgbImage(9, 8, rgb)).bits()).isEqualTo(expected);
    }

    @Test
    void anImageOfOnePixelHasAHash() {
        PerceptualHash hash = PerceptualHash.of(new RgbImage(1, 1, new byte[] {1, 2, 3}));
        assertThat(hash.bits()).isZero();
        assertThat(hash.brightness()).isEqualTo(16 * 6);
        assertThatIllegalArgumentException().isThrownBy(() -> new PerceptualHash(0, new byte[3]));
    }

    private static RgbImage decoded(byte[] bytes) throws IOException {
        var image = ImageIO.read(new ByteArrayInputStream(bytes));
        byte[] rgb = new byte[image.getWidth() * image.getHeight() * 3];
        for (int pixel = 0; pixel < rgb.length / 3; pixel++) {
            int value = image.getRGB(pixel % image.getWidth(), pixel / image.getWidth());
            rgb[3 * pixel] = (byte) (value >> 16);
            rgb[3 * pixel + 1] = (byte) (value >> 8);
            rgb[3 * pixel + 2] = (byte) value;
        }
        return new RgbImage(image.getWidth(), image.getHeight(), rgb);
    }
}
