package dev.oar.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads PNG, JPEG, WebP, GIF and BMP files of unknown origin, and arrays of NumPy that are pictures.
 *
 * <p>The format is known by the file's signature. File size, width and height are held to {@link ImageLimits} from the header,
 * before anything is decoded; a file that ends early is refused, never padded. Grey, palette and 16-bit images become 8-bit
 * RGB, transparency is composed on a background or kept as alpha, Exif orientation is applied, of animations the first picture counts.
 * Colour profiles are ignored in every format, as the public projects do when they prepare training images; CMYK becomes RGB. What
 * is left out of a file is told by {@link #facts}.
 */
public final class ImageReader {
    /** The formats that are read, as sentences name them. */
    private static final String FORMATS = "PNG, JPEG, WebP, GIF and BMP";

    /** Files up to this size are read whole when they are checked. */
    private static final int IN_MEMORY = 64 << 10;

    private static final int SIGNATURE_BYTES = 32;
    private static final Set<String> ENDINGS =
            Set.of("png", "apng", "jpg", "jpeg", "jpe", "jfif", "webp", "gif", "bmp", "dib");

    private ImageReader() {}

    /**
     * Reads an image.
     *
     * @param path a file of any file system, such as a zip's or a tar's
     * @param background the colour behind transparent pixels
     * @throws IOException in one sentence, if the file is missing, truncated, beyond the limits or no image
     */
    public static RgbImage read(Path path, ImageLimits limits, Rgb background) throws IOException {
        return readWithAlpha(path, limits).composedOn(background);
    }

    /**
     * Reads an image and its transparency.
     *
     * @param path a file of any file system, such as a zip's or a tar's
     * @throws IOException in one sentence, as {@link #read} would
     */
    public static RgbaImage readWithAlpha(Path path, ImageLimits limits) throws IOException {
        return readWithAlpha(path.toString(), bytes(path, limits), limits);
    }

    /**
     * Reads an image in memory and its transparency.
     *
     * @param name what to call it in errors
     * @param bytes all of its file
     * @throws IOException in one sentence, as {@link #read} would
     */
    public static RgbaImage readWithAlpha(String name, byte[] bytes, ImageLimits limits) throws IOException {
        if (bytes.length > limits.maxBytes()) {
            throw new IOException("an image file may have up to " + limits.maxBytes() + " bytes, but " + name + " has "
                    + bytes.length + "; shrink it");
        }
        ImageHeader header = checked(name, ByteSource.of(bytes), limits);
        try {
            return ExifOrientation.apply(new ImageDecoder(bytes, header, limits).decode(), header.orientation());
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    name + " cannot be decoded as a " + header.format().label() + " image (" + firstLine(e)
                            + "); replace it or take it out",
                    e);
        }
    }

    /**
     * Checks size, signature, header and end of a file without decoding it; reads little of a large one.
     *
     * @throws IOException in one sentence, as {@link #read} would
     */
    public static void check(Path path, ImageLimits limits) throws IOException {
        var unused = facts(path, limits);
    }

    /**
     * Width and height that {@link #read} would give, and what it would leave out, after the same checks as {@link #check} makes.
     *
     * @throws IOException in one sentence, as {@link #read} would
     */
    public static ImageFacts facts(Path path, ImageLimits limits) throws IOException {
        long size = size(path, limits);
        if (size > IN_MEMORY && !isInZip(path)) {
            try (SeekableByteChannel channel = Files.newByteChannel(path)) {
                return checked(path.toString(), ByteSource.of(channel), limits).facts();
            }
        }
        return checked(path.toString(), ByteSource.of(bytes(path, limits)), limits)
                .facts();
    }

    /**
     * The usual ending of an image's format, which its content tells: {@code png}, {@code jpg}, {@code webp}, {@code gif},
     * {@code bmp} or {@code npy}.
     *
     * @param image all bytes of a file
     * @throws IOException if they are no image that is read
     */
    public static String ending(byte[] image) throws IOException {
        ImageHeader.Format format = ImageHeader.parse(ByteSource.of(image)).format();
        return format == ImageHeader.Format.JPEG ? "jpg" : format.label().toLowerCase(Locale.ROOT);
    }

    /**
     * Whether a file is to be taken for a picture, of a format that is read or not: it is named as pictures are, or it begins as they
     * do; arrays are not, since most of them are none. What is none of these is text, a table, or whatever else may lie beside pictures.
     */
    public static boolean isPicture(Path path) throws IOException {
        String name = String.valueOf(path.getFileName());
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (ENDINGS.contains(ending) || UnreadFormat.isEnding(ending)) {
            return true;
        }
        try (InputStream stream = Files.newInputStream(path)) {
            byte[] start = stream.readNBytes(SIGNATURE_BYTES);
            return UnreadFormat.of(ByteSource.of(start)).isPresent() || ImageHeader.isPlausible(start);
        }
    }

    /** A zip's channel reads all of a file before it gives the first byte. */
    private static boolean isInZip(Path path) {
        return path.getFileSystem().provider().getScheme().equals("jar");
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

    private static ImageHeader checked(String name, ByteSource source, ImageLimits limits) throws IOException {
        ImageHeader header;
        try {
            Optional<UnreadFormat> other = UnreadFormat.of(source);
            if (other.isPresent()) {
                throw new IOException("is a " + other.get().label() + " image, but only " + FORMATS
                        + " images are read; convert it to PNG or take it out");
            }
            header = ImageHeader.parse(source);
        } catch (IOException e) {
            throw new IOException(name + " " + e.getMessage(), e);
        }
        requirePixels(name, header, limits);
        requireWhole(name, header, source.length());
        return header;
    }

    private static void requirePixels(String name, ImageHeader header, ImageLimits limits) throws IOException {
        long width = header.width();
        long height = header.height();
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw new IOException("an image needs a positive width and height, but " + name + " claims " + width + " x "
                    + height + "; replace it or take it out");
        }
        if (width * height > limits.maxPixels()) {
            throw new IOException("an image may have up to " + limits.maxPixels() + " pixels, but " + name + " has "
                    + width + " x " + height + "; shrink it");
        }
    }

    private static void requireWhole(String name, ImageHeader header, long size) throws IOException {
        if (header.end() < 0 || header.end() > size) {
            throw new IOException(name + " is truncated: the " + header.format().label()
                    + " image does not end within its " + size + " bytes; replace it or take it out");
        }
    }

    private static String firstLine(Exception e) {
        String message = e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse("no reason given");
    }
}
