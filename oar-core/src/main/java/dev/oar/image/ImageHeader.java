package dev.oar.image;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/**
 * What an image file says of itself before its pixels.
 *
 * @param format the format, known by its signature, never by the file's name
 * @param width pixels per row as stored; of an animation those of its canvas
 * @param height rows as stored
 * @param orientation the Exif orientation, 1 to 8; 1 where the file says nothing
 * @param end the first byte behind the image, or -1 if the file ends before
 * @param transparentGrey the grey from 0 to 255 that is transparent in a PNG file of 1, 2 or 4 bits; -1 where there is none. At other
 *     depths and colours the decoder tells it by alpha.
 * @param left the column of the canvas at which the first picture begins
 * @param top the row of the canvas at which the first picture begins
 * @param losses what one 8-bit RGB picture leaves out
 */
record ImageHeader(
        Format format,
        long width,
        long height,
        int orientation,
        long end,
        int transparentGrey,
        int left,
        int top,
        Set<ImageLoss> losses) {
    /** For {@link #transparentGrey} and {@link #end}: there is none. */
    static final int NONE = -1;

    /** What to do about a file that is damaged. */
    static final String REPLACE = "; replace it or take it out";

    /** The formats that are read. */
    enum Format {
        PNG("PNG"),
        JPEG("JPEG"),
        WEBP("WebP"),
        GIF("GIF"),
        BMP("BMP"),
        NPY("NPY");

        private final String label;

        Format(String label) {
            this.label = label;
        }

        /** The name of the format in sentences. */
        String label() {
            return label;
        }
    }

    /** Keeps a copy of the losses. */
    ImageHeader {
        losses = Set.copyOf(losses);
    }

    /** A picture that fills its canvas. */
    static ImageHeader of(
            Format format, long width, long height, int orientation, long end, EnumSet<ImageLoss> losses) {
        return new ImageHeader(format, width, height, orientation, end, NONE, 0, 0, losses);
    }

    /**
     * Reads the header of a file, and its outline as far as the end.
     *
     * @throws IOException whose message completes "FILE ..." and says what to do, if this is none of the formats, of a kind that is
     *     not read, or ends within its header
     */
    static ImageHeader parse(ByteSource source) throws IOException {
        if (source.length() == 0) {
            throw new IOException("is empty" + REPLACE);
        }
        if (source.says(0, PngHeader.MARK)) {
            return PngHeader.parse(source);
        }
        if (source.says(0, JpegHeader.MARK)) {
            return JpegHeader.parse(source);
        }
        if (source.says(0, WebpHeader.MARK) && source.says(8, WebpHeader.TYPE)) {
            return WebpHeader.parse(source.inOrder(false));
        }
        if (source.says(0, GifHeader.MARK)) {
            return GifHeader.parse(source.inOrder(false));
        }
        if (source.says(0, BmpHeader.MARK)) {
            return BmpHeader.parse(source.inOrder(false));
        }
        if (source.says(0, NpyHeader.MARK)) {
            return NpyHeader.parse(source);
        }
        throw new IOException("is not a PNG, JPEG, WebP, GIF or BMP image" + REPLACE);
    }

    /** Whether a file that begins with these bytes may be an image: by more than two letters, which text may begin with, too. */
    static boolean isPlausible(byte[] start) throws IOException {
        ByteSource source = ByteSource.of(start);
        return source.says(0, PngHeader.MARK)
                || source.says(0, JpegHeader.MARK)
                || source.says(0, WebpHeader.MARK) && source.says(8, WebpHeader.TYPE)
                || source.says(0, GifHeader.MARK + "7a")
                || source.says(0, GifHeader.MARK + "9a")
                || BmpHeader.isPlausible(source.inOrder(false));
    }

    /** The refusal of a file that ends before its header does. */
    static IOException cutOff(Format format) {
        return new IOException("is a " + format.label() + " image without a whole header" + REPLACE);
    }

    /** The upright size and the losses, once width and height are known to be within limits. */
    ImageFacts facts() {
        ImageSize stored = new ImageSize(Math.toIntExact(width), Math.toIntExact(height));
        ImageSize upright =
                ExifOrientation.transposes(orientation) ? new ImageSize(stored.height(), stored.width()) : stored;
        return new ImageFacts(upright, losses);
    }
}
