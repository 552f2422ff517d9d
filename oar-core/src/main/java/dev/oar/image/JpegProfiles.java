package dev.oar.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes colour profiles out of JPEG files: the platform's decoder would convert pixels to sRGB by them, which it does for no other
 * format. A profile lies in APP2 segments that begin with {@code ICC_PROFILE} (ICC.1:2022, annex B.4).
 */
final class JpegProfiles {
    private static final byte[] MARK = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);
    private static final int APP2 = 0xE2;
    private static final int START_OF_SCAN = 0xDA;

    private JpegProfiles() {}

    /** The file without its profiles; the same bytes if it holds none or its segments cannot be followed. */
    static byte[] without(byte[] jpeg) {
        ImageHeader.Bytes source = new ImageHeader.Bytes(jpeg, true);
        ByteArrayOutputStream kept = new ByteArrayOutputStream(jpeg.length);
        int position = 2;
        int copied = 0;
        while (source.has(position, 4) && source.unsignedByte(position) == 0xFF) {
            int marker = source.unsignedByte(position + 1);
            if (marker == 0xFF) {
                // A fill byte before a marker.
                position++;
                continue;
            }
            int end = position + 2 + source.unsignedShort(position + 2);
            if (marker == START_OF_SCAN || end > jpeg.length) {
                break;
            }
            if (marker == APP2 && isProfile(jpeg, position + 4, end)) {
                kept.write(jpeg, copied, position - copied);
                copied = end;
            }
            position = end;
        }
        if (copied == 0) {
            return jpeg;
        }
        kept.write(jpeg, copied, jpeg.length - copied);
        return kept.toByteArray();
    }

    private static boolean isProfile(byte[] jpeg, int start, int end) {
        return end - start >= MARK.length && Arrays.equals(jpeg, start, start + MARK.length, MARK, 0, MARK.length);
    }
}
