package dev.oar.image;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Formats of pictures that are not read, known by the first bytes of a file, so that a refusal can name what it refuses. */
enum UnreadFormat {
    TIFF("TIFF", 0, "II*\0", "MM\0*", "II+\0", "MM\0+"),
    AVIF("AVIF", 4, "ftypavif", "ftypavis"),
    HEIF("HEIF", 4, "ftypheic", "ftypheix", "ftyphevc", "ftypheim", "ftypheis", "ftypmif1", "ftypmsf1"),
    JPEG_XL("JPEG XL", 0, "\0\0\0\fJXL ", "\u00FF\n"),
    JPEG_2000("JPEG 2000", 0, "\0\0\0\fjP  ", "\u00FFO\u00FFQ"),
    PHOTOSHOP("Photoshop", 0, "8BPS"),
    QOI("QOI", 0, "qoif");

    private static final Set<String> ENDINGS = Set.of(
            "tif", "tiff", "avif", "heic", "heif", "jxl", "jp2", "j2k", "psd", "qoi", "tga", "ico", "svg", "pbm", "pgm",
            "ppm", "pnm", "dds", "exr", "hdr", "dng", "cr2", "nef", "arw", "raw");

    private final String label;
    private final int offset;
    private final List<String> signatures;

    UnreadFormat(String label, int offset, String... signatures) {
        this.label = label;
        this.offset = offset;
        this.signatures = List.of(signatures);
    }

    /** The format of a file that begins with these bytes. */
    static Optional<UnreadFormat> of(ByteSource source) throws IOException {
        for (UnreadFormat format : values()) {
            for (String signature : format.signatures) {
                if (source.says(format.offset, signature)) {
                    return Optional.of(format);
                }
            }
        }
        return Optional.empty();
    }

    /** Whether files whose names end so are pictures of a format that is not read. */
    static boolean isEnding(String ending) {
        return ENDINGS.contains(ending);
    }

    /** The name of the format in sentences. */
    String label() {
        return label;
    }
}
