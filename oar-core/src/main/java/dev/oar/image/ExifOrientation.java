package dev.oar.image;

import java.io.IOException;

/**
 * The Exif tag {@code Orientation} (0x0112): how a camera was held, and how stored pixels are turned upright.
 *
 * <p>Values as the Exif standard has them: 1 upright, 2 mirrored, 3 half turn, 4 flipped, 5 transposed, 6 to be turned a quarter
 * clockwise, 7 transposed along the other diagonal, 8 to be turned a quarter counter-clockwise.
 */
final class ExifOrientation {
    private static final int ORIENTATION_TAG = 0x0112;
    private static final int UPRIGHT = 1;

    // The types of TIFF 6.0, section 2, that hold whole numbers.
    private static final int BYTE = 1;
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int SIGNED_BYTE = 6;
    private static final int SIGNED_SHORT = 8;
    private static final int SIGNED_LONG = 9;

    private ExifOrientation() {}

    /** The orientation in a JPEG's APP1 segment; 1 if it holds none or is malformed. */
    static int ofSegment(ByteSource source, long start, long length) throws IOException {
        boolean exif = length >= 6 && source.has(start, length) && source.says(start, "Exif");
        return exif ? ofTiff(source, start + 6, length - 6) : UPRIGHT;
    }

    /** The orientation in a TIFF structure, the body of Exif data; 1 if it holds none or is malformed. */
    static int ofTiff(ByteSource file, long start, long length) throws IOException {
        if (length < 14 || !file.has(start, length)) {
            return UPRIGHT;
        }
        int mark = file.unsignedShort(start);
        if (mark != 0x4949 && mark != 0x4D4D) {
            return UPRIGHT;
        }
        ByteSource source = file.inOrder(mark == 0x4D4D);
        long directory = source.unsignedInt(start + 4);
        if (directory + 2 > length) {
            return UPRIGHT;
        }
        int entries = source.unsignedShort(start + directory);
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + 12L * i;
            if (entry + 12 > length) {
                return UPRIGHT;
            }
            long position = start + entry;
            if (source.unsignedShort(position) == ORIENTATION_TAG) {
                long value = value(source, position);
                return value >= 1 && value <= 8 ? (int) value : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    /**
     * The whole number of an entry that is 12 bytes long: tag, type, count, value. The standard asks for SHORT here, but cameras and
     * editors write other types, too; 0 if it is no whole number.
     */
    private static long value(ByteSource source, long entry) throws IOException {
        long value = entry + 8;
        return switch (source.unsignedShort(entry + 2)) {
            case BYTE, SIGNED_BYTE -> source.unsignedByte(value);
            case SHORT, SIGNED_SHORT -> source.unsignedShort(value);
            case LONG, SIGNED_LONG -> source.unsignedInt(value);
            default -> 0;
        };
    }

    /** Whether rows become columns. */
    static boolean transposes(int orientation) {
        return orientation >= 5;
    }

    /** The upright image of pixels stored in this orientation. */
    static RgbaImage apply(RgbaImage stored, int orientation) {
        if (orientation == UPRIGHT) {
            return stored;
        }
        boolean transposed = transposes(orientation);
        int width = transposed ? stored.height() : stored.width();
        int height = transposed ? stored.width() : stored.height();
        boolean mirrorX = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean mirrorY = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        byte[] upright = new byte[stored.rgba().length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int storedX = transposed ? y : x;
                int storedY = transposed ? x : y;
                storedX = mirrorX ? stored.width() - 1 - storedX : storedX;
                storedY = mirrorY ? stored.height() - 1 - storedY : storedY;
                System.arraycopy(
                        stored.rgba(), (storedY * stored.width() + storedX) * 4, upright, (y * width + x) * 4, 4);
            }
        }
        return new RgbaImage(width, height, upright);
    }
}
