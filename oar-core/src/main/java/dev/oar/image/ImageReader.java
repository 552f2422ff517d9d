package dev.oar.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads PNG, JPEG and BMP files of unknown origin.
 *
 * <p>The format is known by the file's signature. File size, width and height are held to {@link ImageLimits} from the header,
 * before anything is decoded; a file that ends early is refused, never padded. Grey, palette and 16-bit images become 8-bit
 * RGB, transparency is composed on a background or kept as alpha, Exif orientation is applied, of animations the first picture counts.
 * Colour profiles are ignored in every format, as the public projects do when they prepare training images; CMYK becomes RGB.
 */
public final class ImageReader {
    /** How much of a large file {@link #check} reads at its beginning. */
    private static final int HEADER_BYTES = 64 << 10;

    private static final int SIGNATURE_BYTES = 32;
    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "jpe", "jfif", "bmp", "dib");

    private ImageReader() {}

    /**
     * Reads an image.
     *
     * @param path a file of any file system, such as a zip's
     * @param background the colour behind transparent pixels
     * @throws IOException in one sentence, if the file is missing, truncated, beyond the limits or no image
     */
    public static RgbImage read(Path path, ImageLimits limits, Rgb background) throws IOException {
        return readWithAlpha(path, limits).composedOn(background);
    }

    /**
     * Reads an image and its transparency.
     *
     * @param path a file of any file system, such as a zip's
     * @throws IOException in one sentence, as {@link #read} would
     */
    public static RgbaImage readWithAlpha(Path path, ImageLimits limits) throws IOException {
        byte[] bytes = bytes(path, limits);
        ImageHeader header = header(path, bytes, limits);
        requireWhole(path, header, bytes.length);
        return ExifOrientation.apply(
                RgbaPixels.of(decode(path, bytes, header, limits), header.transparentGrey()), header.orientation());
    }

    /**
     * Checks size, signature, header and end of a file without decoding it; reads little of a large one.
     *
     * @throws IOException in one sentence, as {@link #read} would
     */
    public static void check(Path path, ImageLimits limits) throws IOException {
        var unused = checkedSize(path, limits);
    }

    /**
     * Width and height that {@link #read} would give, after the same checks as {@link #check} makes.
     *
     * @throws IOException in one sentence, as {@link #read} would
     */
    public static ImageSize checkedSize(Path path, ImageLimits limits) throws IOException {
        long size = size(path, limits);
        if (size > HEADER_BYTES && path.getFileSystem() == FileSystems.getDefault()) {
            try (SeekableByteChannel channel = Files.newByteChannel(path)) {
                ImageHeader header = header(path, part(channel, 0, HEADER_BYTES), limits);
                if (header.end() > 0 && header.end() <= size || endsAsUsual(header, part(channel, size - 8, 8))) {
                    return header.uprightSize();
                }
            } catch (IOException e) {
                // Long metadata may push the header out of the part read; the whole file decides.
            }
        }
        byte[] bytes = bytes(path, limits);
        ImageHeader header = header(path, bytes, limits);
        requireWhole(path, header, bytes.length);
        return header.uprightSize();
    }

    /**
     * Whether a file is to be taken for a picture, of a format that is read or not: it is named as pictures are, or it begins as they
     * do. What is none of these is text, a table, or whatever else may lie beside pictures.
     */
    public static boolean isPicture(Path path) throws IOException {
        String name = String.valueOf(path.getFileName());
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (ENDINGS.contains(ending) || UnreadFormat.isEnding(ending)) {
            return true;
        }
        try (InputStream stream = Files.newInputStream(path)) {
            byte[] start = stream.readNBytes(SIGNATURE_BYTES);
            return UnreadFormat.of(start).isPresent() || ImageHeader.isPlausible(start);
        }
    }

    private static long size(Path path, ImageLimits limits) throws IOException {
        if (Files.isDirectory(path)) {
            throw new IOException("an image must be a file, but " + path + " is a folder; name a file in it");
        }
        try {
            long size = Files.size(path);
            if (size > limits.maxBytes()) {
                throw new IOException("an image file may have up to " + limits.maxBytes() + " bytes, but " + path
                        + " has " + size + "; shrink it");
            }
            return size;
        } catch (NoSuchFileException e) {
            throw new IOException("there is no image file " + path + "; check the name", e);
        }
    }

    private static byte[] bytes(Path path, ImageLimits limits) throws IOException {
        size(path, limits);
        try (InputStream stream = Files.newInputStream(path)) {
            // The size that a zip claims for an entry need not be true.
            byte[] bytes = stream.readNBytes((int) limits.maxBytes() + 1);
            if (bytes.length > limits.maxBytes()) {
                throw new IOException("an image file may have up to " + limits.maxBytes() + " bytes, but " + path
                        + " has more; shrink it");
            }
            return bytes;
        }
    }

    private static byte[] part(SeekableByteChannel channel, long start, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        channel.position(start);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            // Short reads are repeated.
        }
        return buffer.array();
    }

    private static ImageHeader header(Path path, byte[] bytes, ImageLimits limits) throws IOException {
        Optional<UnreadFormat> other = UnreadFormat.of(bytes);
        if (other.isPresent()) {
            throw new IOException(path + " is a " + other.get().label()
                    + " image, but only PNG, JPEG and BMP images are read; convert it to PNG or take it out");
        }
        ImageHeader header;
        try {
            header = ImageHeader.parse(bytes);
        } catch (IOException e) {
            throw new IOException(path + " " + e.getMessage() + "; replace it or take it out", e);
        }
        requirePixels(path, header.width(), header.height(), limits);
        return header;
    }

    private static void requirePixels(Path path, long width, long height, ImageLimits limits) throws IOException {
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw new IOException("an image needs a positive width and height, but " + path + " claims " + width + " x "
                    + height + "; replace it or take it out");
        }
        if (width * height > limits.maxPixels()) {
            throw new IOException("an image may have up to " + limits.maxPixels() + " pixels, but " + path + " has "
                    + width + " x " + height + "; shrink it");
        }
    }

    private static void requireWhole(Path path, ImageHeader header, long size) throws IOException {
        if (header.end() < 0 || header.end() > size) {
            throw new IOException(path + " is truncated: the " + header.format() + " image does not end within its "
                    + size + " bytes; replace it or take it out");
        }
    }

    private static boolean endsAsUsual(ImageHeader header, byte[] tail) {
        return switch (header.format()) {
            case PNG -> tail[0] == 'I' && tail[1] == 'E' && tail[2] == 'N' && tail[3] == 'D';
            case JPEG -> tail[6] == (byte) 0xFF && tail[7] == (byte) 0xD9;
            case BMP -> false;
        };
    }

    private static BufferedImage decode(Path path, byte[] bytes, ImageHeader header, ImageLimits limits)
            throws IOException {
        Iterator<javax.imageio.ImageReader> readers =
                ImageIO.getImageReadersByFormatName(header.format().name());
        if (!readers.hasNext()) {
            throw new IOException("this Java runtime has no reader for " + header.format() + " images such as " + path
                    + "; use a runtime with the module java.desktop");
        }
        javax.imageio.ImageReader reader = readers.next();
        byte[] decoded = header.format() == ImageHeader.Format.JPEG ? JpegProfiles.without(bytes) : bytes;
        try (MemoryCacheImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(decoded))) {
            reader.setInput(stream, true, true);
            requirePixels(path, reader.getWidth(0), reader.getHeight(0), limits);
            return reader.read(0);
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    path + " cannot be decoded as a " + header.format() + " image (" + firstLine(e)
                            + "); replace it or take it out",
                    e);
        } finally {
            reader.dispose();
        }
    }

    private static String firstLine(Exception e) {
        String message = e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse("no reason given");
    }
}
