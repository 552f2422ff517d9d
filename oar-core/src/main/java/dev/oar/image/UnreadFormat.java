package dev.oar.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Formats of pictures that are not read, known by the first bytes of a file, so that a refusal can name what it refuses. */
enum UnreadFormat {
    WEBP("WebP", 8, "WEBP"),
    GIF("GIF", 0, "GIF87a", "GIF89a"),
    TIFF("TIFF", 0, "II*\0", "MM\0*", "II+\0", "MM\0+"),
    AVIF("AVIF", 4, "ftypavif", "ftypavis"),
    HEIF("HEIF", 4, "ftypheic", "ftypheix", "ftyphevc", "ftypheim", "ftypheis", "ftypmif1", "ftypmsf1"),
    JPEG_XL("JPEG XL", 0, "\0\0\0\fJXL ", "\u00FF\n"),
    JPEG_2000("JPEG 2000", 0, "\0\0\0\fjP  ", "\u00FFO\u00FFQ"),
    PHOTOSHOP("Photoshop", 0, "8BPS"),
    QOI("QOI", 0, "qoif");

    private static final Set<String> ENDINGS = Set.of(
            "webp", "gif", "tif", "tiff", "avif", "heic", "heif", "jxl", "jp2", "j2k", "psd", "qoi", "tga", "ico",
            "svg", "pbm", "pgm", "ppm", "pnm", "dds", "exr", "hdr", "dng", "cr2", "nef", "arw", "raw");

    private final String label;
    private final int offset;
    private final List<byte[]> signatures;

    UnreadFormat(String label, int offset, String... signatures) {
        this.label = label;
        this.offset = offset;
        this.signatures = Arrays.stream(signatures)
                .map(signature -> signature.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    /** The format of a file that begins with these bytes. */
    static Optional<UnreadFormat> of(byte[] bytes) {
        return Arrays.stream(values()).filter(format -> format.begins(bytes)).findFirst();
    }

    /** Whether files whose names end so are pictures of a format that is not read. */
    static boolean isEnding(String ending) {
        return ENDINGS.contains(ending);
    }

    /** The name of the format in sentences. */
    String label() {
        return label;
    }

    private boolean begins(byte[] bytes) {
        return signatures.stream().anyMatch(signature -> {
            int end = offset + signature.length;
            return bytes.length >= end && Arrays.equals(bytes, offset, end, signature, 0, signature.length);
        });
    }
}
