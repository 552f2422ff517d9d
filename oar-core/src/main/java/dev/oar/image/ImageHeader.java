package dev.oar.image;

import java.io.IOException;
import java.util.Set;

/**
 * What the first bytes of an image file say.
 *
 * @param format the format, known by its signature, never by the file's name
 * @param width pixels per row as stored
 * @param height rows as stored
 * @param orientation the Exif orientation, 1 to 8; 1 where the file says nothing
 * @param end the first byte behind the image, or -1 if the bytes given do not reach it
 * @param transparentGrey the grey from 0 to 255 that is transparent in a PNG file of 1, 2 or 4 bits; -1 where there is none. At other
 *     depths and colours the decoder tells it by alpha.
 */
record ImageHeader(Format format, long width, long height, int orientation, long end, int transparentGrey) {
    private static final int NONE = -1;

    /** The formats that are read. */
    enum Format {
        PNG,
        JPEG,
        BMP
    }

    private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int IHDR = 0x49484452;
    private static final int IEND = 0x49454E44;
    private static final int EXIF_CHUNK = 0x65584966;
    private static final int TRANSPARENCY_CHUNK = 0x74524E53;
    private static final int GREY = 0;

    /** Lengths of the headers that BMP files of all versions have behind their 14 bytes. */
    private static final Set<Long> BITMAP_HEADERS = Set.of(12L, 16L, 40L, 52L, 56L, 64L, 108L, 124L);

    private ImageHeader(Format format, long width, long height, int orientation, long end) {
        this(format, width, height, orientation, end, NONE);
    }

    /**
     * Reads the header of a file of which {@code bytes} is the whole or the beginning.
     *
     * @throws IOException whose message completes "FILE ...", if this is none of the formats or ends within its header
     */
    static ImageHeader parse(byte[] bytes) throws IOException {
        Bytes source = new Bytes(bytes, true);
        if (bytes.length == 0) {
            throw new IOException("is empty");
        }
        if (bytes.length >= 8 && source.unsignedInt(0) << 32 >>> 32 == PNG_SIGNATURE >>> 32) {
            return png(source);
        }
        if (bytes.length >= 3 && source.unsignedShort(0) == 0xFFD8 && source.unsignedByte(2) == 0xFF) {
            return jpeg(source);
        }
        if (bytes.length >= 2 && bytes[0] == 'B' && bytes[1] == 'M') {
            return bmp(new Bytes(bytes, false));
        }
        throw new IOException("is not a PNG, JPEG or BMP image");
    }

    /** Whether a file that begins with these bytes may be an image: by more than two letters, which text may begin with, too. */
    static boolean isPlausible(byte[] start) {
        Bytes source = new Bytes(start, true);
        boolean png = start.length >= 4 && source.unsignedInt(0) == PNG_SIGNATURE >>> 32;
        boolean jpeg = start.length >= 3 && source.unsignedShort(0) == 0xFFD8 && source.unsignedByte(2) == 0xFF;
        return png || jpeg || start.length >= 18 && start[0] == 'B' && start[1] == 'M' && hasBitmapHeader(start);
    }

    private static boolean hasBitmapHeader(byte[] start) {
        return BITMAP_HEADERS.contains(new Bytes(start, false).unsignedInt(14));
    }

    /** The size of the upright image, once width and height are known to be within limits. */
    ImageSize uprightSize() {
        ImageSize stored = new ImageSize(Math.toIntExact(width), Math.toIntExact(height));
        return ExifOrientation.transposes(orientation) ? new ImageSize(stored.height(), stored.width()) : stored;
    }

    private static ImageHeader png(Bytes source) throws IOException {
        if (!source.has(8, 25)
                || source.unsignedInt(4) != (PNG_SIGNATURE & 0xFFFFFFFFL)
                || source.signedInt(12) != IHDR) {
            throw new IOException("is a PNG image without a whole header");
        }
        long width = source.unsignedInt(16);
        long height = source.unsignedInt(20);
        int orientation = 1;
        int transparentGrey = NONE;
        int depth = source.unsignedByte(24);
        boolean fewGreys = source.unsignedByte(25) == GREY && depth > 0 && depth < 8;
        long position = 8;
        while (source.has(position, 12)) {
            long length = source.unsignedInt((int) position);
            int type = source.signedInt((int) position + 4);
            long next = position + 12 + length;
            if (type == EXIF_CHUNK && source.has(position, 12 + length)) {
                orientation = ExifOrientation.ofTiff(source, (int) position + 8, (int) length);
            }
            if (type == TRANSPARENCY_CHUNK && fewGreys && length >= 2 && source.has(position, 12 + length)) {
                int largest = (1 << depth) - 1;
                transparentGrey = (source.unsignedShort((int) position + 8) & largest) * 255 / largest;
            }
            if (type == IEND) {
                return new ImageHeader(Format.PNG, width, height, orientation, next, transparentGrey);
            }
            position = next;
        }
        return new ImageHeader(Format.PNG, width, height, orientation, -1);
    }

    private static ImageHeader bmp(Bytes source) throws IOException {
        if (!source.has(0, 26)) {
            throw new IOException("is a BMP image without a whole header");
        }
        long dataStart = source.unsignedInt(10);
        if (source.unsignedInt(14) == 12) {
            long width = source.unsignedShort(18);
            long height = source.unsignedShort(20);
            return new ImageHeader(
                    Format.BMP, width, height, 1, dataStart + rowBytes(width, source.unsignedShort(24)) * height);
        }
        if (!source.has(0, 34)) {
            throw new IOException("is a BMP image without a whole header");
        }
        long width = Math.max(0, source.signedInt(18));
        long height = Math.abs((long) source.signedInt(22));
        long compression = source.unsignedInt(30);
        boolean plain = compression == 0 || compression == 3;
        // Run-length coded pixels have no size that the header would give away; the decoder finds out.
        long size = plain ? rowBytes(width, source.unsignedShort(28)) * height : 0;
        return new ImageHeader(Format.BMP, width, height, 1, dataStart + size);
    }

    private static long rowBytes(long width, int bitsPerPixel) {
        return (width * bitsPerPixel + 31) / 32 * 4;
    }

    private static ImageHeader jpeg(Bytes source) throws IOException {
        long width = 0;
        long height = 0;
        int orientation = 1;
        long end = -1;
        int position = 2;
        while (source.has(position, 2)) {
            int marker = source.unsignedByte(position + 1);
            if (source.unsignedByte(position) != 0xFF || marker == 0 || marker == 0xFF || standsAlone(marker)) {
                // Entropy-coded data, stuffed and fill bytes, restart markers.
                position++;
            } else if (marker == 0xD9) {
                end = position + 2L;
                break;
            } else if (!source.has(position, 4)) {
                break;
            } else {
                int length = source.unsignedShort(position + 2);
                if (isFrameHeader(marker) && source.has(position, 9)) {
                    height = source.unsignedShort(position + 5);
                    width = source.unsignedShort(position + 7);
                } else if (marker == 0xE1 && orientation == 1 && source.has(position, 2L + length)) {
                    orientation = ExifOrientation.ofSegment(source, position + 4, length - 2);
                }
                position += 2 + Math.max(2, length);
            }
        }
        if (width == 0) {
            throw new IOException("is a JPEG image without a whole header");
        }
        return new ImageHeader(Format.JPEG, width, height, orientation, end);
    }

    private static boolean standsAlone(int marker) {
        return marker >= 0xD0 && marker <= 0xD8 || marker == 0x01;
    }

    private static boolean isFrameHeader(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    /** The bytes of a file, read in one byte order. */
    record Bytes(byte[] bytes, boolean bigEndian) {
        boolean has(long position, long count) {
            return position >= 0 && count >= 0 && position + count <= bytes.length;
        }

        int unsignedByte(int position) {
            return bytes[position] & 0xff;
        }

        int unsignedShort(int position) {
            int first = unsignedByte(position);
            int second = unsignedByte(position + 1);
            return bigEndian ? first << 8 | second : second << 8 | first;
        }

        int signedInt(int position) {
            int first = unsignedShort(position);
            int second = unsignedShort(position + 2);
            return bigEndian ? first << 16 | second : second << 16 | first;
        }

        long unsignedInt(int position) {
            return signedInt(position) & 0xFFFFFFFFL;
        }
    }
}
