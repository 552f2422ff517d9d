package dev.oar.image;

import dev.oar.image.ImageHeader.Format;
import java.io.IOException;
import java.util.EnumSet;

/** The header and the chunks of a PNG file ("Portable Network Graphics (PNG) Specification (Third Edition)", sections 5 and 11). */
final class PngHeader {
    static final String MARK = "\u0089PNG";

    private static final String SIGNATURE = MARK + "\r\n\u001A\n";
    private static final int GREY = 0;
    private static final int GREY_WITH_ALPHA = 4;
    private static final int RGB_WITH_ALPHA = 6;

    private final ByteSource source;
    private final EnumSet<ImageLoss> losses = EnumSet.noneOf(ImageLoss.class);
    private int orientation = 1;
    private int transparentGrey = ImageHeader.NONE;
    private long animatedPictures;
    private boolean stillIsAnimated;
    private boolean pixelsSeen;

    private PngHeader(ByteSource source) {
        this.source = source;
    }

    static ImageHeader parse(ByteSource source) throws IOException {
        if (!source.says(0, SIGNATURE) || !source.has(8, 25) || !source.says(12, "IHDR")) {
            throw ImageHeader.cutOff(Format.PNG);
        }
        return new PngHeader(source).parse();
    }

    private ImageHeader parse() throws IOException {
        int colourType = source.unsignedByte(25);
        if (colourType == GREY_WITH_ALPHA || colourType == RGB_WITH_ALPHA) {
            losses.add(ImageLoss.TRANSPARENCY);
        }
        if (source.unsignedByte(24) == 16) {
            losses.add(ImageLoss.DEPTH);
        }
        long end = ImageHeader.NONE;
        long position = 8;
        while (end < 0 && source.has(position, 12)) {
            long length = source.unsignedInt(position);
            if (source.has(position, 12 + length)) {
                chunk(position + 4, length);
            }
            if (source.says(position + 4, "IEND")) {
                end = position + 12 + length;
            }
            position += 12 + length;
        }
        // A still that is no part of the animation is shown where animations are not, and every picture of the
        // animation is left out.
        if (animatedPictures > (stillIsAnimated ? 1 : 0)) {
            losses.add(ImageLoss.LATER_PICTURES);
        }
        return new ImageHeader(
                Format.PNG,
                source.unsignedInt(16),
                source.unsignedInt(20),
                orientation,
                end,
                transparentGrey,
                0,
                0,
                losses);
    }

    private void chunk(long type, long length) throws IOException {
        long content = type + 4;
        if (source.says(type, "eXIf")) {
            orientation = ExifOrientation.ofTiff(source, content, length);
        } else if (source.says(type, "tRNS") && length > 0) {
            losses.add(ImageLoss.TRANSPARENCY);
            transparentGrey(content, length);
        } else if (source.says(type, "acTL") && length >= 8 && !pixelsSeen) {
            animatedPictures = source.unsignedInt(content);
        } else if (source.says(type, "fcTL") && !pixelsSeen) {
            stillIsAnimated = true;
        } else if (source.says(type, "IDAT")) {
            pixelsSeen = true;
        }
    }

    private void transparentGrey(long content, long length) throws IOException {
        int depth = source.unsignedByte(24);
        if (source.unsignedByte(25) == GREY && depth > 0 && depth < 8 && length >= 2) {
            int largest = (1 << depth) - 1;
            transparentGrey = (source.unsignedShort(content) & largest) * 255 / largest;
        }
    }
}
