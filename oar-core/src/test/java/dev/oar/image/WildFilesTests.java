package dev.oar.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Files as folders hold them: wrongly named, turned, empty, of one pixel, animated. */
class WildFilesTests {
    private static final int AFTER_HEADER = 8 + 12 + 13;
    private static final int EXIF = 0x08;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void allOrientationsAreAppliedInEveryFormatThatHasThem(int orientation) throws IOException {
        byte[] tiff = tiff(orientation);
        byte[] jpeg = JpegFiles.fullColour(Pictures.noise(16, 8, 2));
        byte[] png = Pictures.encoded(Pictures.noise(16, 8, 2), "png");
        byte[] webp = WebpFiles.resource("lossless-alpha.webp");
        byte[] extended = WebpFiles.extended(EXIF, WebpFiles.WIDTH, WebpFiles.HEIGHT);

        assertTurned(jpeg, JpegFiles.with(jpeg, 0xE1, joined("Exif\0\0", tiff)), orientation);
        assertTurned(png, withChunk(png, AFTER_HEADER, "eXIf", tiff), orientation);
        assertTurned(png, withChunk(png, png.length - 12, "eXIf", tiff), orientation);
        assertTurned(
                webp, WebpFiles.file(extended, WebpFiles.picture(webp), WebpFiles.chunk("EXIF", tiff)), orientation);
        assertTurned(
                webp,
                WebpFiles.file(extended, WebpFiles.picture(webp), WebpFiles.chunk("EXIF", joined("Exif\0\0", tiff))),
                orientation);
    }

    private void assertTurned(byte[] plain, byte[] turned, int orientation) throws IOException {
        RgbaImage expected = ExifOrientation.apply(read("plain", plain), orientation);
        RgbaImage read = read("turned", turned);

        assertThat(read.rgba()).isEqualTo(expected.rgba());
        ImageSize size =
                ImageReader.facts(folder.resolve("turned"), ImageLimits.DEFAULT).size();
        assertThat(size).isEqualTo(new ImageSize(read.width(), read.height()));
    }

    @Test
    void theTurnOfALargeFileIsFoundBehindItsPixels() throws IOException {
        byte[] png = Pictures.encoded(Pictures.noise(300, 200, 2), "png");
        assertThat(png.length).isGreaterThan(64 << 10);
        Path path = Files.write(folder.resolve("large"), withChunk(png, png.length - 12, "eXIf", tiff(6)));

        assertThat(ImageReader.facts(path, ImageLimits.DEFAULT).size()).isEqualTo(new ImageSize(200, 300));
    }

    @ParameterizedTest
    @CsvSource({"png, n02105855_2933.JPEG", "jpg, a.png", "bmp, a.gif", "gif, a.webp"})
    void theContentTellsTheFormatWhateverTheNameSays(String format, String name) throws IOException {
        RgbImage grey = Images.plain(9, 5, 0x5A5A5A);

        RgbaImage read = read(name, Pictures.encoded(grey, format));

        assertThat(read.composedOn(Rgb.WHITE).rgb()).isEqualTo(grey.rgb());
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "bmp", "gif"})
    void imagesOfOnePixelAreRead(String format) throws IOException {
        RgbaImage read = read("one", Pictures.encoded(Images.plain(1, 1, 0xFFFFFF), format));

        assertThat(read.rgba()).containsExactly(-1, -1, -1, -1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.png", "a.jpg", "a.webp", "a.gif", "a.bmp", "a"})
    void emptyFilesAreRefusedInOneSentence(String name) throws IOException {
        Path path = Files.write(folder.resolve(name), new byte[0]);

        assertThatIOException()
                .isThrownBy(() -> ImageReader.check(path, ImageLimits.DEFAULT))
                .withMessage(path + " is empty; replace it or take it out");
    }

    @Test
    void tiffIsRefusedByName() throws IOException {
        Path path = Files.write(folder.resolve("a.png"), Pictures.encoded(Images.plain(4, 4, 0), "tiff"));

        assertThatIOException()
                .isThrownBy(() -> ImageReader.check(path, ImageLimits.DEFAULT))
                .withMessage(path + " is a TIFF image, but only PNG, JPEG, WebP, GIF and BMP images are read;"
                        + " convert it to PNG or take it out");
    }

    @ParameterizedTest(name = "{0} pictures, still among them {1}")
    @CsvSource({"1, true, false", "2, true, true", "1, false, true"})
    void ofAnAnimatedPngTheStillIsReadAndTheRestIsTold(int pictures, boolean stillIsFirst, boolean loses)
            throws IOException {
        byte[] png = Pictures.encoded(Pictures.noise(8, 8, 4), "png");
        byte[] control = ByteBuffer.allocate(26).putInt(0).putInt(8).putInt(8).array();
        byte[] animated = withChunk(png, png.length - 12, "fdAT", new byte[] {0, 0, 0, 2, 9, 9, 9});
        if (stillIsFirst) {
            animated = withChunk(animated, AFTER_HEADER, "fcTL", control);
        }
        animated = withChunk(
                animated,
                AFTER_HEADER,
                "acTL",
                ByteBuffer.allocate(8).putInt(pictures).array());

        assertThat(read("animated", animated).rgba()).isEqualTo(read("png", png).rgba());
        assertThat(ImageReader.facts(folder.resolve("animated"), ImageLimits.DEFAULT)
                        .losses()
                        .contains(ImageLoss.LATER_PICTURES))
                .isEqualTo(loses);
    }

    @ParameterizedTest(name = "colour type {0}, {1} bits, tRNS {2}")
    @CsvSource({
        "0, 8, false, ''",
        "0, 16, false, DEPTH",
        "0, 8, true, TRANSPARENCY",
        "2, 16, true, DEPTH TRANSPARENCY",
        "3, 4, true, TRANSPARENCY",
        "4, 8, false, TRANSPARENCY",
        "6, 16, false, DEPTH TRANSPARENCY"
    })
    void whatIsLeftOutOfAPngIsTold(int colourType, int depth, boolean transparent, String losses) throws IOException {
        HandWrittenPng png = new HandWrittenPng(colourType, depth, false);
        byte[] palette = colourType == 3 ? new byte[48] : new byte[0];
        byte[] transparency = transparent ? new byte[colourType == 2 ? 6 : 2] : new byte[0];
        Path path = Files.write(folder.resolve("image"), png.encode(3, 2, (x, y, channel) -> x, palette, transparency));

        assertThat(ImageReader.facts(path, ImageLimits.DEFAULT).losses())
                .extracting(Enum::name)
                .containsExactlyInAnyOrder(losses.isEmpty() ? new String[0] : losses.split(" "));
    }

    @Test
    void pngPixelsThatEndEarlyAreRefusedAlthoughTheFileIsWhole() throws IOException {
        HandWrittenPng png = new HandWrittenPng(2, 8, false);
        byte[] whole = png.encode(32, 32, (x, y, channel) -> x * y * (channel + 3) % 256, new byte[0], new byte[0]);
        ByteArrayOutputStream cut = new ByteArrayOutputStream();
        cut.write(whole, 0, AFTER_HEADER);
        int start = AFTER_HEADER + 8;
        HandWrittenPng.chunk(cut, "IDAT", Arrays.copyOfRange(whole, start, start + (whole.length - start) / 2));
        HandWrittenPng.chunk(cut, "IEND", new byte[0]);

        assertThatIOException()
                .isThrownBy(() -> read("cut", cut.toByteArray()))
                .withMessageContaining("cannot be decoded as a PNG image (")
                .withMessageContaining("); replace it or take it out");
    }

    private RgbaImage read(String name, byte[] bytes) throws IOException {
        return ImageReader.readWithAlpha(Files.write(folder.resolve(name), bytes), ImageLimits.DEFAULT);
    }

    private static byte[] tiff(int orientation) {
        return ByteBuffer.allocate(26)
                .put("MM".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 42)
                .putInt(8)
                .putShort((short) 1)
                .putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .array();
    }

    private static byte[] joined(String text, byte[] bytes) {
        byte[] joined = Arrays.copyOf(text.getBytes(StandardCharsets.ISO_8859_1), text.length() + bytes.length);
        System.arraycopy(bytes, 0, joined, text.length(), bytes.length);
        return joined;
    }

    private static byte[] withChunk(byte[] png, int at, String type, byte[] content) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(png, 0, at);
        HandWrittenPng.chunk(file, type, content);
        file.write(png, at, png.length - at);
        return file.toByteArray();
    }
}
