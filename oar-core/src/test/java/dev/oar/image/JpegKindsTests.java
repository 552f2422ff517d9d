package dev.oar.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JPEG files of all colours, modes and kinds of damage. */
class JpegKindsTests {
    /** What coding flat colours at the best quality may change. */
    private static final int CODING = 3;

    @TempDir
    Path folder;

    @ParameterizedTest(name = "Adobe segment {0}, {1} {2} {3} {4}")
    @CsvSource({
        "-1, 255, 255, 255, 255",
        "-1, 200, 100, 50, 255",
        "0, 200, 100, 50, 255",
        "0, 200, 100, 50, 128",
        "0, 0, 0, 0, 255",
        "0, 255, 255, 255, 0"
    })
    void inksMultiplyWhatTheyLeaveOfWhite(int adobe, int cyan, int magenta, int yellow, int black) throws IOException {
        byte[] plain = JpegFiles.fourComponents(cyan, magenta, yellow, black);

        RgbImage read = read(adobe < 0 ? plain : JpegFiles.withAdobe(plain, adobe));

        assertColour(read, cyan * black / 255, magenta * black / 255, yellow * black / 255);
    }

    @ParameterizedTest(name = "YCCK {0} {1} {2} {3}")
    @CsvSource({
        "100, 128, 128, 255, 155, 155, 155",
        "255, 128, 128, 255, 0, 0, 0",
        "0, 128, 128, 128, 128, 128, 128",
        "76, 85, 255, 255, 1, 255, 255",
        "150, 100, 90, 200, 124, 53, 121"
    })
    void inksStoredAsLuminanceAndDifferencesAreTheirComplement(
            int luminance, int blue, int red, int black, int r, int g, int b) throws IOException {
        byte[] jpeg = JpegFiles.withAdobe(JpegFiles.fourComponents(luminance, blue, red, black), 2);

        assertColour(read(jpeg), r, g, b);
        assertThat(ImageReader.facts(write(jpeg), ImageLimits.DEFAULT).losses()).containsExactly(ImageLoss.INKS);
    }

    @Test
    void coloursDoNotDependOnASegmentThatNamesThem() throws IOException {
        byte[] named = JpegFiles.fullColour(Pictures.noise(24, 16, 5));
        byte[] unnamed = JpegFiles.withoutApplications(named);

        assertThat(unnamed.length).isLessThan(named.length);
        assertThat(read(unnamed).rgb()).isEqualTo(read(named).rgb());
        assertThat(read(JpegFiles.withAdobe(unnamed, 1)).rgb())
                .isEqualTo(read(named).rgb());
        assertThat(read(JpegFiles.withAdobe(unnamed, 0)).rgb())
                .isNotEqualTo(read(named).rgb());
    }

    @Test
    void progressiveFilesComeBackNearlyUnchanged() throws IOException {
        RgbImage grey = Images.plain(24, 16, 0x5A5A5A);

        assertThat(read(JpegFiles.progressive(grey)).rgb()).isEqualTo(grey.rgb());
    }

    @Test
    void predictionBeginsAnewBehindARestartMarker() throws IOException {
        RgbImage read = read(JpegFiles.withRestart());

        assertThat(read.width()).isEqualTo(16);
        assertThat(read.rgb()[0] & 255).isEqualTo(153);
        assertThat(read.rgb()[3 * 15] & 255).isEqualTo(128);
    }

    @Test
    void brokenProfilesAndForeignSegmentsChangeNoPixel() throws IOException {
        byte[] plain = JpegFiles.fullColour(Pictures.noise(24, 16, 6));
        byte[] profile = "ICC_PROFILE\0\2\3 no profile".getBytes(StandardCharsets.ISO_8859_1);
        byte[] broken = JpegFiles.with(JpegFiles.with(plain, 0xE2, profile), 0xED, new byte[] {1, 2, 3});
        byte[] followed = Arrays.copyOf(broken, broken.length + 500);

        assertThat(read(followed).rgb()).isEqualTo(read(plain).rgb());
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource({
        "4, 12, 12 bits per sample, 8 bits",
        "1, 195, a lossless or hierarchical JPEG image, baseline and progressive modes",
        "1, 201, a JPEG image in arithmetic coding, Huffman coding",
        "9, 2, 2 components, '1, 3 or 4'"
    })
    void kindsThatAreNotReadAreRefusedByName(int at, int value, String kind, String rule) throws IOException {
        byte[] jpeg = JpegFiles.fullColour(Pictures.noise(8, 8, 1));
        jpeg[JpegFiles.frame(jpeg) + at] = (byte) value;
        Path path = write(jpeg);

        assertThatIOException()
                .isThrownBy(() -> ImageReader.check(path, ImageLimits.DEFAULT))
                .withMessageStartingWith(path.toString())
                .withMessageContaining(kind)
                .withMessageContaining(rule)
                .withMessageEndingWith("; convert it to PNG or take it out");
    }

    @Test
    void pixelsThatEndEarlyAreRefusedAlthoughTheFileHasAnEnd() throws IOException {
        byte[] whole = JpegFiles.fullColour(Pictures.noise(64, 64, 2));
        byte[] cut = Arrays.copyOf(whole, whole.length / 2);
        cut[cut.length - 2] = (byte) 0xFF;
        cut[cut.length - 1] = (byte) 0xD9;
        Path path = write(cut);

        assertThatIOException()
                .isThrownBy(() -> ImageReader.read(path, ImageLimits.DEFAULT, Rgb.WHITE))
                .withMessageStartingWith(path + " cannot be decoded as a JPEG image (")
                .withMessageEndingWith("); replace it or take it out");
    }

    @Test
    void hugeSizesAreRefusedFromTheHeader() throws IOException {
        byte[] jpeg = JpegFiles.fullColour(Pictures.noise(8, 8, 3));
        ByteBuffer.wrap(jpeg)
                .putShort(JpegFiles.frame(jpeg) + 5, (short) 65_500)
                .putShort(JpegFiles.frame(jpeg) + 7, (short) 65_500);
        Path path = write(jpeg);

        assertThatIOException()
                .isThrownBy(() -> ImageReader.check(path, ImageLimits.DEFAULT))
                .withMessageContaining("has 65500 x 65500; shrink it");
    }

    private static void assertColour(RgbImage image, int... colour) {
        for (int i = 0; i < image.rgb().length; i++) {
            assertThat(image.rgb()[i] & 255).as("sample %s", i).isCloseTo(colour[i % 3], within(CODING));
        }
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("image"), bytes);
    }

    private RgbImage read(byte[] bytes) throws IOException {
        return ImageReader.read(write(bytes), ImageLimits.DEFAULT, Rgb.WHITE);
    }
}
