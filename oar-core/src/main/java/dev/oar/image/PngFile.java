package dev.oar.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * PNG files that carry text, such as the parameters an image was drawn with ("Portable Network Graphics (PNG)
 * Specification (Third Edition)", section 11.3.3).
 *
 * <p>Text that fits Latin-1 is stored in {@code tEXt} chunks, which every tool reads, other text in uncompressed
 * {@code iTXt} chunks. The chunks stand before the pixels, sorted by keyword. Equal images with equal text give equal bytes.
 */
public final class PngFile {
    /** The keyword under which image tools keep readable generation parameters. */
    public static final String PARAMETERS = "parameters";

    /** The keyword under which this project keeps its complete parameters as JSON. */
    public static final String OAR = "oar";

    /** Signature and IHDR: where the first other chunk begins. */
    private static final int AFTER_HEADER = 8 + 12 + 13;

    private PngFile() {}

    /**
     * An image as the bytes of a PNG file.
     *
     * @param text what the file says about the image: keywords of 1 to 79 printable Latin-1 characters, and any text
     * @throws IllegalArgumentException if a keyword does not fit PNG
     */
    public static byte[] encode(RgbImage image, Map<String, String> text) {
        return withText(encodePixels(Pixels.toBuffered(image), Compression.USUAL), text);
    }

    /**
     * An image with its transparency as the bytes of a PNG file; an opaque image is stored without alpha.
     *
     * @param text what the file says about the image, as in {@link #encode(RgbImage, Map)}
     */
    public static byte[] encode(RgbaImage image, Map<String, String> text) {
        return image.isOpaque()
                ? encode(image.composedOn(Rgb.WHITE), text)
                : withText(encodePixels(Pixels.toBuffered(image), Compression.USUAL), text);
    }

    private static byte[] withText(byte[] plain, Map<String, String> text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length + 1024);
        bytes.write(plain, 0, AFTER_HEADER);
        SortedMap<String, String> sorted = new TreeMap<>(text);
        sorted.forEach((keyword, value) -> writeText(bytes, keyword, value));
        bytes.write(plain, AFTER_HEADER, plain.length - AFTER_HEADER);
        return bytes.toByteArray();
    }

    /** An image as the bytes of a PNG file without text. */
    public static byte[] encode(RgbImage image) {
        return encode(image, Map.of());
    }

    /**
     * An image as the bytes of a PNG file without text and without compression: how many there are depends on width and height alone.
     */
    public static byte[] encodeUncompressed(RgbImage image) {
        return encodePixels(Pixels.toBuffered(image), Compression.NONE);
    }

    /**
     * The text that a PNG file carries, by keyword in the order of the file; compressed text is included.
     *
     * @throws IOException if the file is not a PNG file, is cut off or damaged, or holds more than 1 MiB of text
     */
    public static Map<String, String> text(Path file) throws IOException {
        return PngTextReader.read(file);
    }

    /**
     * The same of a file in memory.
     *
     * @param name what to call it in errors
     * @param bytes all of it
     */
    public static Map<String, String> text(String name, byte[] bytes) throws IOException {
        return PngTextReader.read(name, ByteSource.of(bytes));
    }

    private enum Compression {
        USUAL,
        NONE
    }

    private static byte[] encodePixels(BufferedImage pixels, Compression compression) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam settings = writer.getDefaultWriteParam();
        if (compression == Compression.NONE) {
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality(1);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(output);
            writer.write(null, new IIOImage(pixels, null, null), settings);
        } catch (IOException e) {
            throw new UncheckedIOException("writing a PNG image to memory cannot fail", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static void writeText(ByteArrayOutputStream bytes, String keyword, String value) {
        requireKeyword(keyword);
        byte[] name = keyword.getBytes(StandardCharsets.ISO_8859_1);
        if (isLatin1(value)) {
            byte[] content = value.getBytes(StandardCharsets.ISO_8859_1);
            ByteBuffer data = ByteBuffer.allocate(name.length + 1 + content.length);
            writeChunk(bytes, "tEXt", data.put(name).put((byte) 0).put(content).array());
        } else {
            byte[] content = value.getBytes(StandardCharsets.UTF_8);
            // End of keyword, not compressed, method 0, no language, no translated keyword: five zero bytes.
            ByteBuffer data = ByteBuffer.allocate(name.length + 5 + content.length);
            writeChunk(
                    bytes, "iTXt", data.put(name).put(new byte[5]).put(content).array());
        }
    }

    private static void requireKeyword(String keyword) {
        boolean printable = keyword.chars().allMatch(c -> (c >= 32 && c <= 126) || (c >= 161 && c <= 255));
        boolean spaced = !keyword.equals(keyword.strip()) || keyword.contains("  ");
        if (keyword.isEmpty() || keyword.length() > 79 || !printable || spaced) {
            throw new IllegalArgumentException(
                    "a PNG keyword needs 1 to 79 printable Latin-1 characters without outer or"
                            + " double spaces, but is \"" + keyword + "\"; choose a shorter, plainer keyword");
        }
    }

    private static boolean isLatin1(String value) {
        return value.chars().allMatch(c -> c == '\n' || (c >= 32 && c <= 126) || (c >= 160 && c <= 255));
    }

    private static void writeChunk(ByteArrayOutputStream bytes, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 checksum = new CRC32();
        checksum.update(name);
        checksum.update(data);
        bytes.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        bytes.writeBytes(name);
        bytes.writeBytes(data);
        bytes.writeBytes(
                ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
    }
}
