package dev.oar.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * A JPEG file of its coded picture alone, with one segment that says how colours are stored.
 *
 * <p>The platform's decoder would convert pixels by a colour profile, fail on a broken one, and take other colours than libjpeg does
 * where no segment names them. So every application segment and comment is taken out: profiles, thumbnails, Exif data, further
 * pictures behind the first.
 */
final class PlainJpeg {
    private static final int COMMENT = 0xFE;
    private static final int APP15 = 0xEF;

    private final byte[] jpeg;
    private final ByteSource source;
    private final ByteArrayOutputStream kept;

    private PlainJpeg(byte[] jpeg) {
        this.jpeg = jpeg;
        this.source = ByteSource.of(jpeg);
        this.kept = new ByteArrayOutputStream(jpeg.length + 16);
    }

    /** The file that decoding needs. */
    static byte[] of(byte[] jpeg, JpegHeader header) throws IOException {
        return new PlainJpeg(jpeg).rewrite(header);
    }

    private byte[] rewrite(JpegHeader header) throws IOException {
        kept.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xD8});
        if (header.components() > 1) {
            writeColours(header);
        }
        int position = 2;
        while (source.has(position, 4)) {
            int marker = source.unsignedByte(position + 1);
            if (source.unsignedByte(position) != 0xFF
                    || marker == 0
                    || marker == 0xFF
                    || JpegHeader.standsAlone(marker)) {
                // What stands between segments means nothing.
                position++;
            } else if (marker == JpegHeader.END_OF_IMAGE) {
                break;
            } else {
                int end = Math.min(jpeg.length, position + 2 + Math.max(2, source.unsignedShort(position + 2)));
                if (marker == JpegHeader.START_OF_SCAN) {
                    end = behindScan(end);
                }
                if (marker != COMMENT && (marker < JpegHeader.APP0 || marker > APP15)) {
                    kept.write(jpeg, position, end - position);
                }
                position = end;
            }
        }
        kept.writeBytes(new byte[] {(byte) 0xFF, (byte) JpegHeader.END_OF_IMAGE});
        return kept.toByteArray();
    }

    /** Where the next marker stands that is no restart. */
    private int behindScan(int start) throws IOException {
        int position = start;
        while (source.has(position, 2)) {
            int marker = source.unsignedByte(position + 1);
            boolean entropy = marker == 0 || marker == 0xFF || JpegHeader.standsAlone(marker);
            if (source.unsignedByte(position) == 0xFF && !entropy) {
                return position;
            }
            position++;
        }
        return jpeg.length;
    }

    /** Adobe's segment: version 100, no flags, and 0 for RGB and CMYK, 1 for YCbCr, 2 for YCCK. */
    private void writeColours(JpegHeader header) {
        int chroma = header.components() == 4 ? 2 : 1;
        kept.writeBytes(new byte[] {
            (byte) 0xFF,
            (byte) JpegHeader.APP14,
            0,
            14,
            'A',
            'd',
            'o',
            'b',
            'e',
            0,
            100,
            0,
            0,
            0,
            0,
            (byte) (header.codesChroma() ? chroma : 0)
        });
    }
}
