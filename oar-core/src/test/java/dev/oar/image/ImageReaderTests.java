package dev.oar.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.oar.order.CounterRandom;
import java.awt.Point;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReaderTests {
    private static final ImageLimits LIMITS = new ImageLimits(10_000, 100_000);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp"})
    void losslessFormatsComeBackUnchanged(String format) throws IOException {
        RgbImage image = Pictures.noise(13, 7, 1);

        RgbImage read = read(Pictures.encoded(image, format));

        assertThat(read.width()).isEqualTo(13);
        assertThat(read.rgb()).isEqualTo(image.rgb());
    }

    @Test
    void jpegComesBackNearlyUnchanged() throws IOException {
        RgbImage grey = new RgbImage(16, 8, filled(16 * 8 * 3, 90));

        assertThat(read(Pictures.encoded(grey, "jpg")).rgb()).isEqualTo(grey.rgb());
    }

    @Test
    void printersColoursBecomeRgb() throws IOException {
        WritableRaster inks = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 8, 4, new Point());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
        writer.setOutput(new MemoryCacheImageOutputStream(bytes));
        writer.write(null, new IIOImage(inks, null, null), null);
        writer.dispose();

        RgbImage read = read(bytes.toByteArray());

        assertThat(read.width()).isEqualTo(16);
        assertThat(read.rgb()).containsOnly(0);
    }

    @ParameterizedTest
    @CsvSource({"8, 100, 100", "16, 25700, 100"})
    void greyIsNeitherBrightenedNorDarkened(int bits, int value, int expected) throws IOException {
        int type = bits == 8 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_USHORT_GRAY;
        BufferedImage image = new BufferedImage(2, 1, type);
        image.getRaster().setSample(1, 0, 0, value);

        byte level = (byte) expected;
        assertThat(read(Pictures.encoded(image, "png")).rgb()).containsExactly(0, 0, 0, level, level, level);
    }

    @Test
    void paletteImagesAreRead() throws IOException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
        image.setRGB(1, 0, 0xffffffff);

        assertThat(read(Pictures.encoded(image, "png")).rgb()).containsExactly(0, 0, 0, -1, -1, -1);
    }

    @Test
    void transparencyIsComposedOnTheBackground() throws IOException {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x00123456);
        image.setRGB(1, 0, 0xff123456);
        image.setRGB(2, 0, 0x80ff0000);
        Path path = Files.write(folder.resolve("image.png"), Pictures.encoded(image, "png"));

        RgbImage read = ImageReader.read(path, LIMITS, new Rgb(0, 0, 255));

        assertThat(read.rgb()).containsExactly(0, 0, 255, 0x12, 0x34, 0x56, 128, 0, 127);
    }

    @ParameterizedTest
    @CsvSource({
        "1, abcdef, 3",
        "2, cbafed, 3",
        "3, fedcba, 3",
        "4, defabc, 3",
        "5, adbecf, 2",
        "6, daebfc, 2",
        "7, fcebda, 2",
        "8, cfbead, 2"
    })
    void allOrientationsTurnUpright(int orientation, String expected, int width) {
        RgbaImage stored = RgbaImage.opaque(letters("abcdef", 3));

        assertThat(ExifOrientation.apply(stored, orientation)
                        .composedOn(Rgb.WHITE)
                        .rgb())
                .isEqualTo(letters(expected, width).rgb());
    }

    @ParameterizedTest(name = "type {0}, big-endian {1}")
    @CsvSource({"1, true", "1, false", "3, true", "3, false", "4, true", "4, false"})
    void orientationIsReadFromJpegFilesByTheTypeThatItIsStoredIn(int type, boolean bigEndian) throws IOException {
        byte[] jpeg = withOrientation(Pictures.encoded(Pictures.noise(16, 8, 2), "jpg"), 6, type, bigEndian);

        RgbImage upright = read(jpeg);

        assertThat(upright.width()).isEqualTo(8);
        assertThat(upright.height()).isEqualTo(16);
        assertThat(ImageReader.facts(write(jpeg), LIMITS).size()).isEqualTo(ImageSize.of(upright));
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "bmp"})
    void everyTruncationIsRefusedByCheckAndRead(String format) throws IOException {
        byte[] whole = Pictures.encoded(Pictures.noise(24, 24, 3), format);
        for (int length = 0; length < whole.length; length += 1 + length / 8) {
            Path path = write(Arrays.copyOf(whole, length));
            assertThatIOException()
                    .as("the first %s of %s bytes", length, whole.length)
                    .isThrownBy(() -> ImageReader.check(path, LIMITS))
                    .withMessageContaining(path.toString());
            assertThatIOException().isThrownBy(() -> read(path));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "bmp", "gif"})
    void damagedFilesGiveAnImageOrOneSentence(String format) throws IOException {
        byte[] whole = Pictures.encoded(Pictures.noise(24, 24, 3), format);
        for (int seed = 0; seed < 150; seed++) {
            CounterRandom random = CounterRandom.of(seed, "damage");
            byte[] damaged = whole.clone();
            for (int i = 0; i < 4; i++) {
                damaged[random.integer(i < 2 ? 64 : damaged.length, i)] = (byte) random.integer(256, 100 + i);
            }
            try {
                read(write(damaged));
            } catch (IOException e) {
                assertThat(e.getMessage()).as("seed %s", seed).contains("; ").doesNotContain("\n");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"jpg, true, 1", "jpg, true, 3", "jpg, false, 1", "png, true, 1"})
    void aColourProfileChangesNoPixel(String format, boolean colours, int pieces) throws IOException {
        RgbImage noise = Pictures.noise(24, 16, 5);
        byte[] plain = colours ? Pictures.encoded(noise, format) : Pictures.encoded(grey(noise), format);
        byte[] profile = ICC_Profile.getInstance(colours ? ColorSpace.CS_LINEAR_RGB : ColorSpace.CS_GRAY)
                .getData();

        byte[] profiled =
                format.equals("jpg") ? withJpegProfile(plain, profile, pieces) : withPngProfile(plain, profile);

        assertThat(read(profiled).rgb()).isEqualTo(read(plain).rgb());
    }

    @Test
    void tooManyPixelsAreRefusedFromTheHeader() throws IOException {
        byte[] png = Pictures.encoded(Pictures.noise(8, 8, 3), "png");
        ByteBuffer.wrap(png).putInt(16, 30_000).putInt(20, 30_000);
        Path path = write(png);

        assertThatIOException()
                .isThrownBy(() -> read(path))
                .withMessageContaining("up to 10000 pixels")
                .withMessageContaining("30000 x 30000");
    }

    @Test
    void tooManyBytesAreRefused() throws IOException {
        Path path = write(new byte[100_001]);

        assertThatIOException().isThrownBy(() -> read(path)).withMessageContaining("up to 100000 bytes");
    }

    @Test
    void missingFilesFoldersAndOtherFilesAreRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("text.png"), "no image");

        assertThatIOException()
                .isThrownBy(() -> read(folder.resolve("none.png")))
                .withMessageContaining("there is no");
        assertThatIOException().isThrownBy(() -> read(folder)).withMessageContaining("is a folder");
        assertThatIOException()
                .isThrownBy(() -> read(text))
                .withMessageContaining("is not a PNG, JPEG, WebP, GIF or BMP image");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "bmp"})
    void largeFilesAreCheckedWithoutReadingThemWhole(String format) throws IOException {
        ImageLimits wide = new ImageLimits(1_000_000, 10_000_000);
        byte[] whole = Pictures.encoded(Pictures.noise(400, 400, 4), format);
        assertThat(whole.length).isGreaterThan(64 << 10);
        Path path = write(whole);

        assertThatCode(() -> ImageReader.check(path, wide)).doesNotThrowAnyException();
        Files.write(path, Arrays.copyOf(whole, whole.length - 40));
        assertThatIOException().isThrownBy(() -> ImageReader.check(path, wide)).withMessageContaining("truncated");
    }

    @Test
    void coloursAreWrittenAsTheyAreRead() {
        assertThat(Rgb.parse("#ff8000")).isEqualTo(new Rgb(255, 128, 0)).hasToString("#ff8000");
    }

    private static BufferedImage grey(RgbImage image) {
        BufferedImage grey = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setDataElements(0, 0, image.width(), image.height(), filledBy(image));
        return grey;
    }

    private static byte[] filledBy(RgbImage image) {
        return Arrays.copyOf(image.rgb(), image.width() * image.height());
    }

    /** A JPEG with a profile in APP2 segments, as ICC.1 says. */
    private static byte[] withJpegProfile(byte[] jpeg, byte[] profile, int pieces) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(jpeg, 0, 2);
        int length = (profile.length + pieces - 1) / pieces;
        for (int piece = 0; piece < pieces; piece++) {
            byte[] part = Arrays.copyOfRange(profile, piece * length, Math.min(profile.length, (piece + 1) * length));
            file.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xE2});
            file.writeBytes(
                    ByteBuffer.allocate(2).putShort((short) (part.length + 16)).array());
            file.writeBytes("ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII));
            file.writeBytes(new byte[] {(byte) (piece + 1), (byte) pieces});
            file.writeBytes(part);
        }
        file.write(jpeg, 2, jpeg.length - 2);
        return file.toByteArray();
    }

    /** A PNG with a profile in an iCCP chunk behind its header. */
    private static byte[] withPngProfile(byte[] png, byte[] profile) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        int afterHeader = 8 + 12 + 13;
        file.write(png, 0, afterHeader);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes("profile\0\0".getBytes(StandardCharsets.US_ASCII));
        content.writeBytes(HandWrittenPng.deflated(profile));
        HandWrittenPng.chunk(file, "iCCP", content.toByteArray());
        file.write(png, afterHeader, png.length - afterHeader);
        return file.toByteArray();
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("image"), bytes);
    }

    private RgbImage read(byte[] bytes) throws IOException {
        return read(write(bytes));
    }

    private static RgbImage read(Path path) throws IOException {
        return ImageReader.read(path, LIMITS, Rgb.WHITE);
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static RgbImage letters(String letters, int width) {
        byte[] rgb = new byte[letters.length() * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) letters.charAt(i / 3);
        }
        return new RgbImage(width, letters.length() / width, rgb);
    }

    private static byte[] withOrientation(byte[] jpeg, int orientation, int type, boolean bigEndian)
            throws IOException {
        ByteBuffer tiff = ByteBuffer.allocate(26).order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        tiff.put((bigEndian ? "MM" : "II").getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 42)
                .putInt(8);
        tiff.putShort((short) 1).putShort((short) 0x0112).putShort((short) type).putInt(1);
        switch (type) {
            case 1 -> tiff.put((byte) orientation).put(new byte[3]);
            case 3 -> tiff.putShort((short) orientation).putShort((short) 0);
            default -> tiff.putInt(orientation);
        }
        tiff.putInt(0);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(jpeg, 0, 2);
        file.write(new byte[] {(byte) 0xFF, (byte) 0xE1, 0, 34});
        file.write("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
        file.write(tiff.array());
        file.write(jpeg, 2, jpeg.length - 2);
        return file.toByteArray();
    }
}
