package dev.oar.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.checkpoint.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CenterCropTests {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/center-crop/golden.safetensors");

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void cropsGiveTheBytesOfTheReference(int number) throws IOException {
        Safetensors golden = Safetensors.open(GOLDEN);
        RgbImage expected = image(golden, "out" + number);

        RgbImage cropped = CenterCrop.apply(image(golden, "in" + number), expected.width());

        assertThat(cropped.rgb()).isEqualTo(expected.rgb());
    }

    @ParameterizedTest
    @CsvSource({"1, 4000", "4000, 1", "3, 3", "64, 64", "65, 64", "127, 300", "128, 129"})
    void anyShapeBecomesASquareOfTheSizeAskedFor(int width, int height) {
        RgbImage cropped = CenterCrop.apply(Pictures.noise(width, height, 7), 64);

        assertThat(cropped.width()).isEqualTo(64);
        assertThat(cropped.height()).isEqualTo(64);
    }

    @Test
    void anImageOfTheRightSizeStaysAsItIs() {
        RgbImage image = Pictures.noise(16, 16, 3);

        assertThat(CenterCrop.apply(image, 16).rgb()).isEqualTo(image.rgb());
    }

    @Test
    void aWindowOfAResizedImageEqualsThatPartOfTheWhole() {
        RgbImage image = Pictures.noise(50, 40, 5);
        RgbImage whole = Resize.bicubic(image, 30, 24);
        RgbImage window = Resize.bicubic(image, 30, 24, 7, 5, 11, 13);

        for (int y = 0; y < 13; y++) {
            for (int x = 0; x < 11 * 3; x++) {
                assertThat(window.rgb()[y * 33 + x]).isEqualTo(whole.rgb()[(y + 5) * 90 + 21 + x]);
            }
        }
    }

    @Test
    void flippingTwiceChangesNothing() {
        RgbImage image = Pictures.noise(7, 5, 1);

        assertThat(image.mirrored().rgb()).isNotEqualTo(image.rgb());
        assertThat(image.mirrored().mirrored().rgb()).isEqualTo(image.rgb());
    }

    private static RgbImage image(Safetensors file, String name) throws IOException {
        long[] shape = file.entry(name).shape();
        ByteBuffer buffer = file.map(name);
        byte[] rgb = new byte[buffer.remaining()];
        buffer.get(rgb);
        return new RgbImage((int) shape[1], (int) shape[0], rgb);
    }
}
