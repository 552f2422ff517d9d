package dev.oar.image;

import dev.oar.image.ImageHeader.Format;
import java.io.IOException;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a WebP file and where its first picture lies (RFC 9649, section 2).
 *
 * @param header what the file says of itself
 * @param picture its first picture
 */
record WebpHeader(ImageHeader header, Picture picture) {
    static final String MARK = "RIFF";
    static final String TYPE = "WEBP";

    private static final int TRANSPARENT = 0x10;
    private static final int FRAME = 16;

    /**
     * A coded picture.
     *
     * @param lossless whether it is coded as VP8L, not as VP8
     * @param start its first byte in the file
     * @param length in bytes
     * @param alphaStart the first byte of a lossy picture's transparency
     * @param alphaLength in bytes; 0 for none
     * @param width of its rows in pixels
     * @param height in rows
     */
    record Picture(
            boolean lossless, long start, long length, long alphaStart, long alphaLength, int width, int height) {}

    /** Reads a file by its bytes, least significant byte first. */
    static ImageHeader parse(ByteSource source) throws IOException {
        return read(source).header();
    }

    /**
     * Reads the chunks.
     *
     * @throws IOException whose message completes "FILE ...", if there is no picture or its size is another than the file's
     */
    static WebpHeader read(ByteSource source) throws IOException {
        return new Chunks(source).read();
    }

    /** A walk over the chunks. */
    private static final class Chunks {
        private final ByteSource source;
        private final EnumSet<ImageLoss> losses = EnumSet.noneOf(ImageLoss.class);
        private boolean extended;
        private long width;
        private long height;
        private int left;
        private int top;
        private int pictures;
        private int orientation = 1;
        private long alphaStart;
        private long alphaLength;
        private @Nullable Picture picture;

        Chunks(ByteSource source) {
            this.source = source;
        }

        WebpHeader read() throws IOException {
            if (!source.has(0, 20)) {
                throw ImageHeader.cutOff(Format.WEBP);
            }
            long end = 8 + even(source.unsignedInt(4));
            long reached = chunks(12, Math.min(end, source.length()));
            if (picture == null) {
                throw ImageHeader.cutOff(Format.WEBP);
            }
            if (pictures > 1) {
                losses.add(ImageLoss.LATER_PICTURES);
            }
            boolean whole = end <= source.length() && reached <= end;
            return new WebpHeader(
                    new ImageHeader(
                            Format.WEBP,
                            width,
                            height,
                            orientation,
                            whole ? end : ImageHeader.NONE,
                            ImageHeader.NONE,
                            left,
                            top,
                            losses),
                    picture);
        }

        private long chunks(long start, long end) throws IOException {
            long position = start;
            while (position + 8 <= end) {
                long length = source.unsignedInt(position + 4);
                chunk(position, position + 8, Math.min(length, end - position - 8));
                position += 8 + even(length);
            }
            return position;
        }

        private void chunk(long name, long content, long length) throws IOException {
            if (source.says(name, "VP8X") && length >= 10) {
                extended = true;
                width = 1 + threeBytes(content + 4);
                height = 1 + threeBytes(content + 7);
                if ((source.unsignedByte(content) & TRANSPARENT) != 0) {
                    losses.add(ImageLoss.TRANSPARENCY);
                }
            } else if (source.says(name, "ANMF") && length >= FRAME) {
                frame(content, length);
            } else if (source.says(name, "EXIF")) {
                int prefix = source.says(content, "Exif\0\0") ? 6 : 0;
                orientation = ExifOrientation.ofTiff(source, content + prefix, length - prefix);
            } else if (source.says(name, "ALPH") && picture == null) {
                alphaStart = content;
                alphaLength = length;
            } else if (source.says(name, "VP8 ") && picture == null && length >= 10) {
                lossy(content, length);
            } else if (source.says(name, "VP8L") && picture == null && length >= 5) {
                lossless(content, length);
            }
        }

        private void frame(long content, long length) throws IOException {
            pictures++;
            if (pictures > 1) {
                return;
            }
            left = 2 * threeBytes(content);
            top = 2 * threeBytes(content + 3);
            long frameWidth = 1L + threeBytes(content + 6);
            long frameHeight = 1L + threeBytes(content + 9);
            if (left + frameWidth > width || top + frameHeight > height) {
                throw new IOException(
                        "is an animated WebP image whose first picture reaches beyond it" + ImageHeader.REPLACE);
            }
            if (frameWidth < width || frameHeight < height) {
                losses.add(ImageLoss.TRANSPARENCY);
            }
            chunks(content + FRAME, content + length);
            if (picture != null) {
                requireSize(picture, frameWidth, frameHeight);
            }
        }

        private void lossy(long content, long length) throws IOException {
            boolean key = (source.unsignedByte(content) & 1) == 0;
            if (!key || !source.says(content + 3, "\u009D\u0001\u002A")) {
                throw new IOException("is a WebP image without a key frame" + ImageHeader.REPLACE);
            }
            int codedWidth = source.unsignedShort(content + 6) & 0x3FFF;
            int codedHeight = source.unsignedShort(content + 8) & 0x3FFF;
            found(new Picture(false, content, length, alphaStart, alphaLength, codedWidth, codedHeight));
        }

        private void lossless(long content, long length) throws IOException {
            if (source.unsignedByte(content) != 0x2F) {
                throw new IOException("is a WebP image without a VP8L signature" + ImageHeader.REPLACE);
            }
            long bits = source.unsignedInt(content + 1);
            if ((bits >> 28 & 1) == 1) {
                losses.add(ImageLoss.TRANSPARENCY);
            }
            found(new Picture(true, content, length, 0, 0, 1 + (int) (bits & 0x3FFF), 1 + (int) (bits >> 14 & 0x3FFF)));
        }

        private void found(Picture first) throws IOException {
            picture = first;
            if (!extended) {
                width = first.width();
                height = first.height();
            } else if (pictures == 0) {
                requireSize(first, width, height);
            }
        }

        private static void requireSize(Picture picture, long width, long height) throws IOException {
            if (picture.width() != width || picture.height() != height) {
                throw new IOException("is a WebP image of " + width + " x " + height + " whose picture has "
                        + picture.width() + " x " + picture.height() + ImageHeader.REPLACE);
            }
        }

        private int threeBytes(long position) throws IOException {
            return source.unsignedShort(position) | source.unsignedByte(position + 2) << 16;
        }

        private static long even(long length) {
            return length + (length & 1);
        }
    }
}
