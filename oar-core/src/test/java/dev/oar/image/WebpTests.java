package dev.oar.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.oar.order.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebpTests {
    private static final int ANIMATED = 0x02;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"lossy-alpha", "lossy-simple-filter", "lossless-alpha"})
    void everyPixelIsThatOfTheReferenceDecoder(String name) throws IOException {
        RgbaImage read = read(WebpFiles.resource(name + ".webp"));
        RgbaImage reference = read(WebpFiles.resource(name + ".png"));

        assertThat(read.width()).isEqualTo(WebpFiles.WIDTH);
        assertThat(read.rgba()).isEqualTo(reference.rgba());
        assertThat(facts(WebpFiles.resource(name + ".webp")).losses().contains(ImageLoss.TRANSPARENCY))
                .isEqualTo(name.endsWith("alpha"));
    }

    @Test
    void theFirstPictureOfAnAnimationStandsOnItsCanvas() throws IOException {
        byte[] still = WebpFiles.resource("lossy-simple-filter.webp");
        byte[] other = WebpFiles.resource("lossless-alpha.webp");
        byte[] animation = WebpFiles.file(
                WebpFiles.extended(ANIMATED, 50, 40),
                WebpFiles.chunk("ANIM", new byte[6]),
                WebpFiles.frame(4, 6, WebpFiles.WIDTH, WebpFiles.HEIGHT, WebpFiles.picture(still)),
                WebpFiles.frame(0, 0, WebpFiles.WIDTH, WebpFiles.HEIGHT, WebpFiles.picture(other)));

        RgbaImage read = read(animation);
        RgbaImage picture = read(still);

        assertThat(facts(animation))
                .isEqualTo(new ImageFacts(
                        new ImageSize(50, 40), Set.of(ImageLoss.LATER_PICTURES, ImageLoss.TRANSPARENCY)));
        for (int y = 0; y < 40; y++) {
            for (int x = 0; x < 50; x++) {
                boolean inside = x >= 4 && x < 4 + WebpFiles.WIDTH && y >= 6 && y < 6 + WebpFiles.HEIGHT;
                int at = 4 * ((y - 6) * WebpFiles.WIDTH + x - 4);
                byte[] expected = inside ? Arrays.copyOfRange(picture.rgba(), at, at + 4) : new byte[4];
                assertThat(Arrays.copyOfRange(read.rgba(), 4 * (y * 50 + x), 4 * (y * 50 + x) + 4))
                        .as("pixel %s, %s", x, y)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void anAnimationOfOnePictureLosesNone() throws IOException {
        byte[] still = WebpFiles.resource("lossy-simple-filter.webp");
        byte[] animation = WebpFiles.file(
                WebpFiles.extended(ANIMATED, WebpFiles.WIDTH, WebpFiles.HEIGHT),
                WebpFiles.frame(0, 0, WebpFiles.WIDTH, WebpFiles.HEIGHT, WebpFiles.picture(still)));

        assertThat(facts(animation).losses()).isEmpty();
        assertThat(read(animation).rgba()).isEqualTo(read(still).rgba());
    }

    @Test
    void sizesThatContradictEachOtherAreRefused() throws IOException {
        byte[] picture = WebpFiles.picture(WebpFiles.resource("lossy-simple-filter.webp"));

        assertRefused(
                WebpFiles.file(WebpFiles.extended(0, 16, 16), picture),
                "of 16 x 16 whose picture has 39 x 27; replace");
        assertRefused(
                WebpFiles.file(WebpFiles.extended(ANIMATED, 50, 40), WebpFiles.frame(20, 0, 39, 27, picture)),
                "whose first picture reaches beyond it; replace");
        assertRefused(
                WebpFiles.file(WebpFiles.extended(ANIMATED, 50, 40), WebpFiles.frame(0, 0, 16, 16, picture)),
                "of 16 x 16 whose picture has 39 x 27; replace");
        assertRefused(WebpFiles.file(WebpFiles.extended(ANIMATED, 50, 40)), "without a whole header; replace");
        assertRefused(
                WebpFiles.file(WebpFiles.extended(ANIMATED, 16_384, 16_384), WebpFiles.frame(0, 0, 39, 27, picture)),
                "has 16384 x 16384; shrink it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lossy-alpha", "lossy-simple-filter", "lossless-alpha"})
    void everyTruncationIsRefusedByCheck(String name) throws IOException {
        byte[] whole = WebpFiles.resource(name + ".webp");
        for (int length = 0; length < whole.length; length++) {
            Path path = write(Arrays.copyOf(whole, length));
            assertThatIOException()
                    .as("the first %s of %s bytes", length, whole.length)
                    .isThrownBy(() -> ImageReader.check(path, ImageLimits.DEFAULT))
                    .withMessageContaining(path.toString());
        }
    }

    @Test
    void pixelsThatEndEarlyAreRefusedAlthoughTheFileIsWhole() throws IOException {
        byte[] chunk = WebpFiles.picture(WebpFiles.resource("lossy-simple-filter.webp"));
        byte[] cut =
                WebpFiles.file(WebpFiles.chunk("VP8 ", Arrays.copyOfRange(chunk, 8, 8 + (chunk.length - 8) * 2 / 3)));

        assertThatIOException()
                .isThrownBy(() -> read(cut))
                .withMessageContaining(
                        "cannot be decoded as a WebP image (Decode returned code NotEnoughData); replace");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lossy-alpha", "lossy-simple-filter", "lossless-alpha"})
    void damagedFilesGiveAnImageOrOneSentence(String name) throws IOException {
        byte[] whole = WebpFiles.resource(name + ".webp");
        for (int seed = 0; seed < 300; seed++) {
            CounterRandom random = CounterRandom.of(seed, "damage");
            byte[] damaged = whole.clone();
            for (int i = 0; i < 4; i++) {
                damaged[random.integer(i < 2 ? 64 : damaged.length, i)] = (byte) random.integer(256, 100 + i);
            }
            try {
                read(damaged);
            } catch (IOException e) {
                assertThat(e.getMessage()).as("seed %s", seed).contains("; ").doesNotContain("\n");
            }
        }
    }

    private void assertRefused(byte[] file, String sentence) throws IOException {
        Path path = write(file);
        assertThatIOException()
                .isThrownBy(() -> ImageReader.check(path, ImageLimits.DEFAULT))
                .withMessageContaining(path.toString())
                .withMessageContaining(sentence);
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("image"), bytes);
    }

    private ImageFacts facts(byte[] bytes) throws IOException {
        return ImageReader.facts(write(bytes), ImageLimits.DEFAULT);
    }

    private RgbaImage read(byte[] bytes) throws IOException {
        return ImageReader.readWithAlpha(write(bytes), ImageLimits.DEFAULT);
    }
}
