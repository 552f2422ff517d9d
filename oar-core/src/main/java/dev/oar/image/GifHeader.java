package dev.oar.image;

import dev.oar.image.ImageHeader.Format;
import java.io.IOException;
import java.util.EnumSet;

/** The header and the blocks of a GIF file ("Graphics Interchange Format, Version 89a", sections 17 to 27). */
final class GifHeader {
    static final String MARK = "GIF8";

    private static final int SCREEN = 13;
    private static final int IMAGE = 0x2C;
    private static final int EXTENSION = 0x21;
    private static final int GRAPHIC_CONTROL = 0xF9;
    private static final int TRAILER = 0x3B;
    private static final int IMAGE_DESCRIPTOR = 10;

    private final ByteSource source;
    private final EnumSet<ImageLoss> losses = EnumSet.noneOf(ImageLoss.class);
    private long width;
    private long height;
    private int left;
    private int top;
    private int pictures;

    private GifHeader(ByteSource source) {
        this.source = source;
    }

    static ImageHeader parse(ByteSource source) throws IOException {
        if (!source.has(0, SCREEN)) {
            throw ImageHeader.cutOff(Format.GIF);
        }
        return new GifHeader(source).parse();
    }

    private ImageHeader parse() throws IOException {
        width = source.unsignedShort(6);
        height = source.unsignedShort(8);
        long position = SCREEN + colours(source.unsignedByte(10));
        long end = ImageHeader.NONE;
        while (end < 0 && source.has(position, 1)) {
            int block = source.unsignedByte(position);
            if (block == TRAILER) {
                end = position + 1;
            } else if (block == IMAGE && source.has(position, IMAGE_DESCRIPTOR + 1)) {
                image(position);
                // Behind the descriptor stand its colours and the least number of bits of a code.
                position = behindBlocks(position + IMAGE_DESCRIPTOR + colours(source.unsignedByte(position + 9)) + 1);
            } else if (block == EXTENSION && source.has(position, 4)) {
                boolean transparent = source.unsignedByte(position + 1) == GRAPHIC_CONTROL
                        && (source.unsignedByte(position + 3) & 1) == 1;
                if (transparent && pictures == 0) {
                    losses.add(ImageLoss.TRANSPARENCY);
                }
                position = behindBlocks(position + 2);
            } else {
                break;
            }
        }
        if (end > 0 && pictures == 0) {
            throw new IOException("is a GIF file without a picture" + ImageHeader.REPLACE);
        }
        return new ImageHeader(Format.GIF, width, height, 1, end, ImageHeader.NONE, left, top, losses);
    }

    /** The first picture may reach beyond the screen that the file claims; the canvas then holds it, as in browsers. */
    private void image(long position) throws IOException {
        pictures++;
        if (pictures > 1) {
            losses.add(ImageLoss.LATER_PICTURES);
            return;
        }
        left = source.unsignedShort(position + 1);
        top = source.unsignedShort(position + 3);
        long right = left + (long) source.unsignedShort(position + 5);
        long bottom = top + (long) source.unsignedShort(position + 7);
        width = Math.max(width, right);
        height = Math.max(height, bottom);
        if (left > 0 || top > 0 || right < width || bottom < height) {
            losses.add(ImageLoss.TRANSPARENCY);
        }
    }

    private static int colours(int flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;
    }

    private long behindBlocks(long start) throws IOException {
        long position = start;
        while (source.has(position, 1) && source.unsignedByte(position) > 0) {
            position += 1 + source.unsignedByte(position);
        }
        return position + 1;
    }
}
