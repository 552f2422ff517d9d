package dev.oar.edit;

import dev.oar.config.Require;
import dev.oar.image.RgbImage;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;

/** Which pixels of an image are drawn anew; immutable. */
public final class PixelMask {
    /** From this luminance on, a pixel of a mask's picture marks. */
    private static final int WHITE_FROM = 128;

    private final int width;
    private final int height;
    private final BitSet pixels;

    private PixelMask(int width, int height, BitSet pixels) {
        this.width = width;
        this.height = height;
        this.pixels = pixels;
    }

    /**
     * The mask that a picture shows: its white pixels are marked. A picture that was composed on white marks its transparent pixels,
     * too.
     */
    public static PixelMask ofWhite(RgbImage picture) {
        byte[] rgb = picture.rgb();
        BitSet pixels = new BitSet(rgb.length / 3);
        for (int pixel = 0; pixel < rgb.length / 3; pixel++) {
            int luminance =
                    299 * (rgb[3 * pixel] & 255) + 587 * (rgb[3 * pixel + 1] & 255) + 114 * (rgb[3 * pixel + 2] & 255);
            pixels.set(pixel, luminance >= 1000 * WHITE_FROM);
        }
        return new PixelMask(picture.width(), picture.height(), pixels);
    }

    /**
     * A mask of an image of this size that marks some pixels.
     *
     * @param pixels their numbers in row-major order
     */
    public static PixelMask of(int width, int height, BitSet pixels) {
        Require.that(
                width >= 1 && height >= 1 && pixels.length() <= (long) width * height,
                "a mask marks pixels of an image, but pixel %s was marked of %s x %s; mark pixels inside",
                pixels.length() - 1,
                width,
                height);
        return new PixelMask(width, height, (BitSet) pixels.clone());
    }

    /**
     * A mask of an image of this size that marks rectangles.
     *
     * @throws IllegalArgumentException if a rectangle does not lie within the image
     */
    public static PixelMask ofRectangles(int width, int height, List<PixelRectangle> rectangles) {
        BitSet pixels = new BitSet(width * height);
        for (PixelRectangle rectangle : rectangles) {
            Require.that(
                    rectangle.left() + (long) rectangle.width() <= width
                            && rectangle.top() + (long) rectangle.height() <= height,
                    "a rectangle must lie within the image of %s x %s pixels, but %s,%s,%s,%s does not; the numbers are left,"
                            + " top, width and height",
                    width,
                    height,
                    rectangle.left(),
                    rectangle.top(),
                    rectangle.width(),
                    rectangle.height());
            for (int y = rectangle.top(); y < rectangle.top() + rectangle.height(); y++) {
                int start = y * width + rectangle.left();
                pixels.set(start, start + rectangle.width());
            }
        }
        return new PixelMask(width, height, pixels);
    }

    /** Pixels per row. */
    public int width() {
        return width;
    }

    /** Rows. */
    public int height() {
        return height;
    }

    /** The number of marked pixels. */
    public int count() {
        return pixels.cardinality();
    }

    /** Whether every pixel is marked. */
    public boolean isFull() {
        return count() == width * height;
    }

    /** Whether a pixel is marked. */
    public boolean marks(int x, int y) {
        return pixels.get(y * width + x);
    }

    /** Whether any pixel is marked of those from {@code left, top} to before {@code right, bottom}; what lies outside is not. */
    public boolean marksAny(int left, int top, int right, int bottom) {
        int first = Math.max(0, left);
        int end = Math.min(width, right);
        for (int y = Math.max(0, top); y < Math.min(height, bottom) && first < end; y++) {
            int next = pixels.nextSetBit(y * width + first);
            if (next >= 0 && next < y * width + end) {
                return true;
            }
        }
        return false;
    }

    /** What this or the other mask marks. */
    public PixelMask or(PixelMask other) {
        requireSize(other.width, other.height);
        BitSet both = (BitSet) pixels.clone();
        both.or(other.pixels);
        return new PixelMask(width, height, both);
    }

    /** The same mask with marked and other pixels swapped. */
    public PixelMask inverted() {
        BitSet others = (BitSet) pixels.clone();
        others.flip(0, width * height);
        return new PixelMask(width, height, others);
    }

    /** What is marked inside of a window. */
    PixelMask within(Window window) {
        BitSet inside = new BitSet(width * height);
        int left = Math.max(0, window.left());
        int right = Math.min(width, window.left() + window.side());
        for (int y = Math.max(0, window.top()); y < Math.min(height, window.top() + window.side()); y++) {
            inside.set(y * width + left, y * width + right);
        }
        inside.and(pixels);
        return new PixelMask(width, height, inside);
    }

    /** What this marks and the other does not. */
    PixelMask without(PixelMask other) {
        BitSet rest = (BitSet) pixels.clone();
        rest.andNot(other.pixels);
        return new PixelMask(width, height, rest);
    }

    /**
     * The smallest rectangle around all marked pixels.
     *
     * @throws IllegalArgumentException if none is marked
     */
    PixelRectangle bounds() {
        requireMarked();
        int top = pixels.nextSetBit(0) / width;
        int bottom = (pixels.length() - 1) / width;
        int left = width;
        int right = 0;
        for (int y = top; y <= bottom; y++) {
            int first = pixels.nextSetBit(y * width);
            if (first < (y + 1) * width) {
                left = Math.min(left, first - y * width);
                right = Math.max(right, pixels.previousSetBit((y + 1) * width - 1) - y * width);
            }
        }
        return new PixelRectangle(left, top, right - left + 1, bottom - top + 1);
    }

    /** The next marked pixel in row-major order, from this one on; -1 if there is none. */
    int next(int pixel) {
        return pixels.nextSetBit(pixel);
    }

    /** The numbers of the marked pixels in row-major order; a copy. */
    BitSet pixels() {
        return (BitSet) pixels.clone();
    }

    /** SHA-256 of size and pixels, in hexadecimal digits. */
    String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.allocate(8).putInt(width).putInt(height).array());
            return HexFormat.of().formatHex(digest.digest(pixels.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /**
     * Checks that the mask marks something.
     *
     * @throws IllegalArgumentException if it does not
     */
    void requireMarked() {
        Require.that(
                !pixels.isEmpty(),
                "a mask must mark at least one pixel, but this one of %s x %s marks none; what is white or transparent in it is"
                        + " painted anew",
                width,
                height);
    }

    /**
     * Checks that the mask is as large as an image.
     *
     * @throws IllegalArgumentException if it is not
     */
    void requireSize(int imageWidth, int imageHeight) {
        Require.that(
                width == imageWidth && height == imageHeight,
                "a mask must be as large as its image, but the mask has %s x %s pixels and the image %s x %s; save it in the"
                        + " image's size",
                width,
                height,
                imageWidth,
                imageHeight);
    }
}
