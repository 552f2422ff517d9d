package dev.oar.image;

import dev.oar.image.ImageHeader.Format;
import java.io.IOException;
import java.util.EnumSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of an array that NumPy has saved ({@code numpy.lib.format}), if it is a picture: unsigned bytes, row by row, of shape {@code (height, width)}
 * or {@code (height, width, channels)} with one grey, three colours, or three and alpha.
 */
final class NpyHeader {
    static final String MARK = "\u0093NUMPY";

    /** Behind the mark: two bytes of version, then the length of the text in two bytes or, from version 2 on, four. */
    private static final int VERSION = 6;

    private static final int LENGTH = 8;
    private static final int MOST_TEXT = 1 << 10;
    private static final Pattern PICTURE = Pattern.compile(
            "\\{'descr': '\\|u1', 'fortran_order': False, 'shape': \\((\\d{1,9}), (\\d{1,9})(?:, ([134]))?\\),? *\\}\\s*");

    private NpyHeader() {}

    static ImageHeader parse(ByteSource source) throws IOException {
        Matcher shape = PICTURE.matcher(text(source));
        if (!shape.matches()) {
            throw new IOException(
                    "is an array of NumPy, which is a picture if it is of the type |u1 and the shape (height, width) or (height,"
                            + " width, channels) with 1, 3 or 4 channels, row by row, but it is another; save it so, or take it out");
        }
        long height = Long.parseLong(shape.group(1));
        long width = Long.parseLong(shape.group(2));
        EnumSet<ImageLoss> losses = EnumSet.noneOf(ImageLoss.class);
        if (channels(shape) == 4) {
            losses.add(ImageLoss.TRANSPARENCY);
        }
        return ImageHeader.of(
                Format.NPY, width, height, 1, dataStart(source) + height * width * channels(shape), losses);
    }

    private static int channels(Matcher shape) {
        return shape.group(3) == null ? 1 : Integer.parseInt(shape.group(3));
    }

    /** The pixels of a file whose header has been read. */
    static RgbaImage decode(byte[] file) throws IOException {
        ByteSource source = ByteSource.of(file);
        Matcher shape = PICTURE.matcher(text(source));
        ImageHeader header = parse(source);
        int channels = shape.matches() ? channels(shape) : 1;
        int start = (int) dataStart(source);
        int pixels = Math.toIntExact(header.width() * header.height());
        byte[] rgba = new byte[4 * pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            int from = start + pixel * channels;
            for (int channel = 0; channel < 3; channel++) {
                rgba[4 * pixel + channel] = file[channels < 3 ? from : from + channel];
            }
            rgba[4 * pixel + 3] = channels == 4 ? file[from + 3] : (byte) 255;
        }
        return new RgbaImage(Math.toIntExact(header.width()), Math.toIntExact(header.height()), rgba);
    }

    private static String text(ByteSource source) throws IOException {
        long start = textStart(source);
        long length = dataStart(source) - start;
        if (length > MOST_TEXT || !source.has(start, length)) {
            throw ImageHeader.cutOff(Format.NPY);
        }
        StringBuilder text = new StringBuilder();
        for (long at = 0; at < length; at++) {
            text.append((char) source.unsignedByte(start + at));
        }
        return text.toString();
    }

    private static long textStart(ByteSource source) throws IOException {
        if (!source.has(0, LENGTH + 4)) {
            throw ImageHeader.cutOff(Format.NPY);
        }
        return LENGTH + (source.unsignedByte(VERSION) == 1 ? 2 : 4);
    }

    private static long dataStart(ByteSource source) throws IOException {
        long start = textStart(source);
        ByteSource little = source.inOrder(false);
        return start + (start == LENGTH + 2 ? little.unsignedShort(LENGTH) : little.unsignedInt(LENGTH));
    }
}
