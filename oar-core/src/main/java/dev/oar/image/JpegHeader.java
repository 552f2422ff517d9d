package dev.oar.image;

import dev.oar.image.ImageHeader.Format;
import java.io.IOException;
import java.util.EnumSet;

/**
 * What the segments of a JPEG file say of its picture (ITU-T T.81, annex B; T.871 for JFIF; T.872, section 6.5.3 for Adobe's segment).
 *
 * @param width samples per row
 * @param height rows
 * @param components 1 grey, 3 colours, 4 printing inks
 * @param codesChroma whether colours are stored as luminance and differences (YCbCr, YCCK), not as they are (RGB, CMYK)
 * @param orientation the Exif orientation, 1 to 8
 * @param end the first byte behind the picture, or -1 if the file ends before
 */
record JpegHeader(int width, int height, int components, boolean codesChroma, int orientation, long end) {
    static final String MARK = "\u00FF\u00D8\u00FF";
    static final int START_OF_SCAN = 0xDA;
    static final int END_OF_IMAGE = 0xD9;
    static final int APP0 = 0xE0;
    static final int APP14 = 0xEE;

    private static final int APP1 = 0xE1;
    private static final int NOT_SAID = -1;
    private static final int PLAIN = 0;
    private static final String TAKE_OUT = "; convert it to PNG or take it out";

    static ImageHeader parse(ByteSource source) throws IOException {
        JpegHeader header = read(source);
        EnumSet<ImageLoss> losses =
                header.components == 4 ? EnumSet.of(ImageLoss.INKS) : EnumSet.noneOf(ImageLoss.class);
        return ImageHeader.of(Format.JPEG, header.width, header.height, header.orientation, header.end, losses);
    }

    /**
     * Reads the segments.
     *
     * @throws IOException whose message completes "FILE ...", if there is no frame or it is of a kind that is not read
     */
    static JpegHeader read(ByteSource source) throws IOException {
        return new Segments(source).read();
    }

    static boolean standsAlone(int marker) {
        return marker >= 0xD0 && marker <= 0xD8 || marker == 0x01;
    }

    static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    /** A walk over the segments. */
    private static final class Segments {
        private final ByteSource source;
        private long frame = NOT_SAID;
        private int orientation = 1;
        private boolean jfif;
        private int transform = NOT_SAID;

        Segments(ByteSource source) {
            this.source = source;
        }

        JpegHeader read() throws IOException {
            long end = walk();
            if (frame < 0 || !source.has(frame, 6) || !source.has(frame, 6 + 3L * source.unsignedByte(frame + 5))) {
                throw ImageHeader.cutOff(Format.JPEG);
            }
            int components = source.unsignedByte(frame + 5);
            requireRead(source.unsignedByte(frame - 3), source.unsignedByte(frame), components);
            return new JpegHeader(
                    source.unsignedShort(frame + 3),
                    source.unsignedShort(frame + 1),
                    components,
                    components == 4 ? transform != NOT_SAID && transform != PLAIN : components == 3 && isChroma(),
                    orientation,
                    end);
        }

        private long walk() throws IOException {
            long position = 2;
            while (source.has(position, 2)) {
                int marker = source.unsignedByte(position + 1);
                if (source.unsignedByte(position) != 0xFF || marker == 0 || marker == 0xFF || standsAlone(marker)) {
                    // Entropy-coded data, stuffed and fill bytes, restart markers.
                    position++;
                } else if (marker == END_OF_IMAGE) {
                    return position + 2;
                } else if (!source.has(position, 4)) {
                    return NOT_SAID;
                } else {
                    segment(marker, position);
                    if (marker == START_OF_SCAN && !source.isInMemory() && endsAsUsual()) {
                        return source.length();
                    }
                    position += 2 + Math.max(2, source.unsignedShort(position + 2));
                }
            }
            return NOT_SAID;
        }

        /** Spares looking at every byte of a large file. */
        private boolean endsAsUsual() throws IOException {
            ByteSource end = source.inOrder(true);
            return frame >= 0 && end.unsignedShort(source.length() - 2) == 0xFF00 + END_OF_IMAGE;
        }

        private void segment(int marker, long position) throws IOException {
            long content = position + 4;
            int length = Math.max(2, source.unsignedShort(position + 2)) - 2;
            if (isFrame(marker) && frame < 0) {
                frame = content;
            } else if (marker == APP1 && orientation == 1) {
                orientation = ExifOrientation.ofSegment(source, content, length);
            } else if (marker == APP0 && length >= 14 && source.says(content, "JFIF\0")) {
                jfif = true;
            } else if (marker == APP14 && length >= 12 && source.says(content, "Adobe") && source.has(content, 12)) {
                transform = source.unsignedByte(content + 11);
            }
        }

        /** The rules of libjpeg, which differ from those of the Java runtime where a file has neither JFIF nor Adobe segment. */
        private boolean isChroma() throws IOException {
            if (jfif) {
                return true;
            }
            if (transform != NOT_SAID) {
                return transform != PLAIN;
            }
            boolean named = source.unsignedByte(frame + 6) == 'R'
                    && source.unsignedByte(frame + 9) == 'G'
                    && source.unsignedByte(frame + 12) == 'B';
            return !named;
        }

        private static void requireRead(int marker, int bits, int components) throws IOException {
            if (marker > 0xC8) {
                throw new IOException(
                        "is a JPEG image in arithmetic coding, but JPEG images are read in Huffman coding" + TAKE_OUT);
            }
            if (marker > 0xC2) {
                throw new IOException("is a lossless or hierarchical JPEG image, but JPEG images are read"
                        + " in the baseline and progressive modes" + TAKE_OUT);
            }
            if (bits != 8) {
                throw new IOException("is a JPEG image of " + bits
                        + " bits per sample, but JPEG images are read at 8 bits" + TAKE_OUT);
            }
            if (components != 1 && components != 3 && components != 4) {
                throw new IOException("is a JPEG image of " + components
                        + " components, but JPEG images are read with 1, 3 or 4" + TAKE_OUT);
            }
        }
    }
}
