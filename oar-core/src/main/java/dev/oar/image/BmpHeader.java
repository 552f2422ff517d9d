package dev.oar.image;

import dev.oar.image.ImageHeader.Format;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** The header of a BMP file, of OS/2 or Windows. */
final class BmpHeader {
    static final String MARK = "BM";

    /** Lengths of the headers that BMP files of all versions have behind their 14 bytes. */
    private static final Set<Long> LENGTHS = Set.of(12L, 16L, 40L, 52L, 56L, 64L, 108L, 124L);

    private BmpHeader() {}

    static boolean isPlausible(ByteSource source) throws IOException {
        return source.has(0, 18) && source.says(0, MARK) && LENGTHS.contains(source.unsignedInt(14));
    }

    static ImageHeader parse(ByteSource source) throws IOException {
        if (!source.has(0, 26)) {
            throw ImageHeader.cutOff(Format.BMP);
        }
        long dataStart = source.unsignedInt(10);
        if (source.unsignedInt(14) == 12) {
            long width = source.unsignedShort(18);
            long height = source.unsignedShort(20);
            return header(width, height, dataStart + rowBytes(width, source.unsignedShort(24)) * height);
        }
        if (!source.has(0, 34)) {
            throw ImageHeader.cutOff(Format.BMP);
        }
        long width = Math.max(0, source.signedInt(18));
        long height = Math.abs((long) source.signedInt(22));
        long compression = source.unsignedInt(30);
        boolean plain = compression == 0 || compression == 3;
        // Run-length coded pixels have no size that the header would give away; the decoder finds out.
        long size = plain ? rowBytes(width, source.unsignedShort(28)) * height : 0;
        return header(width, height, dataStart + size);
    }

    private static ImageHeader header(long width, long height, long end) {
        return ImageHeader.of(Format.BMP, width, height, 1, end, EnumSet.noneOf(ImageLoss.class));
    }

    private static long rowBytes(long width, int bitsPerPixel) {
        return (width * bitsPerPixel + 31) / 32 * 4;
    }
}
