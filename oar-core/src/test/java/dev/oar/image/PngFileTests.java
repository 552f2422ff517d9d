package dev.oar.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PngFileTests {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void pixelsAndTextComeBack(long seed) throws IOException {
        RgbImage image = Images.noise(7, 5, 1000, seed);
        Map<String, String> text = Map.of(
                PngFile.PARAMETERS, "Steps: 64\nSeed: " + seed, PngFile.OAR, "{\"class\":\"Löwe 獅子 🦁\"}", "Title", "");
        byte[] bytes = PngFile.encode(image, text);

        BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(bytes));
        for (int y = 0; y < 5; y++) {
            for (int x = 0; x < 7; x++) {
                assertThat(decoded.getRGB(x, y) & 0xFFFFFF)
                        .as("seed %d, pixel %d, %d", seed, x, y)
                        .isEqualTo(Pixels.colour(image, x, y));
            }
        }
        assertThat(PngFile.text(write(bytes))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void transparencyComesBackAndSoDoTheColoursOfInvisiblePixels(long seed) throws IOException {
        byte[] rgba = Images.noise(6, 8, 1000, seed).rgb();
        rgba[3] = 0;
        RgbaImage image = new RgbaImage(6, 6, rgba);
        Path file = write(PngFile.encode(image, Map.of("Title", "a")));
        assertThat(ImageReader.readWithAlpha(file, ImageLimits.DEFAULT).rgba())
                .as("seed %d", seed)
                .isEqualTo(rgba);
        assertThat(PngFile.text(file)).containsEntry("Title", "a");
    }

    @Test
    void anOpaqueImageIsStoredWithoutAlpha() throws IOException {
        RgbImage image = Images.noise(7, 5, 1000, 4);
        assertThat(PngFile.encode(RgbaImage.opaque(image), Map.of())).isEqualTo(PngFile.encode(image));
    }

    @Test
    void equalImagesWithEqualTextGiveEqualBytes() {
        Map<String, String> text = Map.of("a", "1", "b", "2", "c", "3");
        assertThat(PngFile.encode(Images.noise(9, 9, 50, 4), text))
                .isEqualTo(PngFile.encode(Images.noise(9, 9, 50, 4), text));
    }

    @Test
    void textStandsBeforeThePixelsAndLatinTextInChunksThatEveryToolReads() {
        String bytes = new String(
                PngFile.encode(Images.plain(2, 2, 0), Map.of("parameters", "Größe")), StandardCharsets.ISO_8859_1);
        assertThat(bytes.indexOf("tEXtparameters\0Größe")).isPositive().isLessThan(bytes.indexOf("IDAT"));
    }

    @Test
    void compressedTextOfOtherToolsIsRead() throws IOException {
        byte[] plain = PngFile.encode(Images.plain(2, 2, 0));
        byte[] zText = join(latin("note\0\0"), deflated(latin("naïve")));
        byte[] iText = join(latin("comment\0\1\0en\0\0"), deflated("漢字".getBytes(StandardCharsets.UTF_8)));
        Path file = write(withChunks(plain, chunk("zTXt", zText), chunk("iTXt", iText)));
        assertThat(PngFile.text(file)).isEqualTo(Map.of("note", "naïve", "comment", "漢字"));
    }

    @Test
    void keywordsThatPngForbidsAreRefused() {
        for (String keyword : new String[] {"", " a", "a  b", "a\nb", "漢", "x".repeat(80)}) {
            assertThatIllegalArgumentException()
                    .as(keyword)
                    .isThrownBy(() -> PngFile.encode(Images.plain(1, 1, 0), Map.of(keyword, "v")))
                    .withMessageContaining("keyword");
        }
    }

    @Test
    void everyCutOffFileIsRefused() throws IOException {
        byte[] bytes =
                PngFile.encode(Images.noise(4, 4, 9, 1), Map.of("parameters", "Seed: 1", "oar", "{\"é\":\"漢\"}"));
        for (int length = 0; length < bytes.length; length++) {
            Path file = write(Arrays.copyOf(bytes, length));
            assertThatIOException().as("%d bytes", length).isThrownBy(() -> PngFile.text(file));
        }
    }

    @Test
    void damagedTextIsRefused() throws IOException {
        byte[] bytes = PngFile.encode(Images.plain(1, 1, 0), Map.of("parameters", "Seed: 1"));
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("Seed")] ^= 1;
        Path file = write(bytes);
        assertThatIOException().isThrownBy(() -> PngFile.text(file)).withMessageContaining("checksum");
    }

    @Test
    void textThatGrowsBeyondTheLimitIsRefusedBeforeItIsHeld() throws IOException {
        byte[] bomb = join(latin("a\0\0"), deflated(new byte[50_000_000]));
        Path file = write(withChunks(PngFile.encode(Images.plain(1, 1, 0)), chunk("zTXt", bomb)));
        assertThat(Files.size(file)).isLessThan(100_000);
        assertThatIOException().isThrownBy(() -> PngFile.text(file)).withMessageContaining("1048576 bytes of text");
    }

    @Test
    void aLengthBeyondTheFileIsRefused() throws IOException {
        byte[] bytes = withChunks(PngFile.encode(Images.plain(1, 1, 0)), chunk("tEXt", latin("a\0b")));
        ByteBuffer.wrap(bytes).putInt(33, -1);
        Path file = write(bytes);
        assertThatIOException().isThrownBy(() -> PngFile.text(file)).withMessageContaining("4294967295");
    }

    @Test
    void whatIsNoPngFileIsRefused() throws IOException {
        Path file = write(latin("GIF89a, not what was asked for"));
        assertThatIOException().isThrownBy(() -> PngFile.text(file)).withMessageContaining("not a PNG file");
        assertThatIOException()
                .isThrownBy(() -> PngFile.text(folder.resolve("missing.png")))
                .withMessageContaining("not there");
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("image.png"), bytes);
    }

    private static byte[] withChunks(byte[] png, byte[]... chunks) {
        byte[] result = Arrays.copyOf(png, 33);
        for (byte[] chunk : chunks) {
            result = join(result, chunk);
        }
        return join(result, Arrays.copyOfRange(png, 33, png.length));
    }

    private static byte[] chunk(String type, byte[] data) {
        CRC32 checksum = new CRC32();
        checksum.update(join(latin(type), data));
        return ByteBuffer.allocate(12 + data.length)
                .putInt(data.length)
                .put(latin(type))
                .put(data)
                .putInt((int) checksum.getValue())
                .array();
    }

    private static byte[] deflated(byte[] data) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(bytes)) {
            deflater.write(data);
        }
        return bytes.toByteArray();
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] join(byte[] a, byte[] b) {
        return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
    }
}
