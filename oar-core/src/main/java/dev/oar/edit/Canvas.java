package dev.oar.edit;

import dev.oar.image.Resize;
import dev.oar.image.RgbImage;
import dev.oar.image.RgbaImage;
import java.util.BitSet;

/** An image while it is painted on. It holds pixels of its own only of the part that is painted. */
final class Canvas {
    /** How many times as long as the model's images a window is at most when it is filled and resized. */
    private static final int LARGEST_REDUCTION = 8;

    private final RgbaImage image;
    private final int width;
    private final int height;
    private final PixelRectangle bounds;
    private final byte[] painted;

    /**
     * A canvas that shows this image, which stays as it is.
     *
     * @param bounds the part of the image that is painted; nothing outside of it will be
     */
    Canvas(RgbaImage image, PixelRectangle bounds) {
        this(image, bounds, new byte[4 * bounds.width() * bounds.height()]);
        for (int y = bounds.top(); y < bounds.bottom(); y++) {
            System.arraycopy(
                    image.rgba(),
                    4 * (y * width + bounds.left()),
                    painted,
                    4 * bounds.offset(bounds.left(), y),
                    4 * bounds.width());
        }
    }

    private Canvas(RgbaImage image, PixelRectangle bounds, byte[] painted) {
        this.image = image;
        this.width = image.width();
        this.height = image.height();
        this.bounds = bounds;
        this.painted = painted;
    }

    Canvas copy() {
        return new Canvas(image, bounds, painted.clone());
    }

    /** What it shows now. */
    RgbaImage image() {
        byte[] rgba = image.rgba().clone();
        for (int y = bounds.top(); y < bounds.bottom(); y++) {
            System.arraycopy(
                    painted,
                    4 * bounds.offset(bounds.left(), y),
                    rgba,
                    4 * (y * width + bounds.left()),
                    4 * bounds.width());
        }
        return new RgbaImage(width, height, rgba);
    }

    /**
     * What a window shows, in front of white. Pixels that the mask hides and those outside are filled from the others ({@link PullPush}).
     * A window that is much larger than the result is brought nearer to its size by means of known pixels first, which bounds the memory.
     *
     * @param size width and height of the result
     */
    RgbImage seen(Window window, PixelMask hidden, int size) {
        int side = window.side() / Math.max(1, window.side() / (LARGEST_REDUCTION * size));
        byte[] shown = new byte[3 * side * side];
        BitSet unknown = new BitSet(side * side);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int at = y * side + x;
                unknown.set(at, !mean(window, side, x, y, hidden, shown, 3 * at));
            }
        }
        return Resize.bicubic(PullPush.fill(new RgbImage(side, side, shown), unknown), size, size);
    }

    /**
     * The mean of the known pixels that one pixel of a reduced window stands for.
     *
     * @param side width and height of the reduced window
     * @return whether there are any
     */
    private boolean mean(Window window, int side, int x, int y, PixelMask hidden, byte[] target, int to) {
        int right = Math.min(width, window.left() + scaled(x + 1, window.side(), side));
        int bottom = Math.min(height, window.top() + scaled(y + 1, window.side(), side));
        long red = 0;
        long green = 0;
        long blue = 0;
        int count = 0;
        for (int row = Math.max(0, window.top() + scaled(y, window.side(), side)); row < bottom; row++) {
            for (int column = Math.max(0, window.left() + scaled(x, window.side(), side)); column < right; column++) {
                if (!hidden.marks(column, row)) {
                    boolean own = bounds.contains(column, row);
                    byte[] rgba = own ? painted : image.rgba();
                    int at = 4 * (own ? bounds.offset(column, row) : row * width + column);
                    int alpha = rgba[at + 3] & 255;
                    red += RgbaImage.composed(rgba[at] & 255, alpha, 255);
                    green += RgbaImage.composed(rgba[at + 1] & 255, alpha, 255);
                    blue += RgbaImage.composed(rgba[at + 2] & 255, alpha, 255);
                    count++;
                }
            }
        }
        if (count > 0) {
            target[to] = (byte) ((red + count / 2) / count);
            target[to + 1] = (byte) ((green + count / 2) / count);
            target[to + 2] = (byte) ((blue + count / 2) / count);
        }
        return count > 0;
    }

    private static int scaled(int at, int side, int reduced) {
        return (int) ((long) at * side / reduced);
    }

    /**
     * Paints the marked pixels of a window, opaque where the feather's share is whole.
     *
     * @param picture what the window shows, in any size
     */
    void paint(Window window, RgbImage picture, PixelMask marked, Feather feather) {
        PixelMask inside = marked.within(window);
        if (inside.count() == 0) {
            return;
        }
        PixelRectangle part = inside.bounds();
        RgbImage scaled = Resize.bicubic(
                picture,
                window.side(),
                window.side(),
                part.left() - window.left(),
                part.top() - window.top(),
                part.width(),
                part.height());
        for (int pixel = inside.next(0); pixel >= 0; pixel = inside.next(pixel + 1)) {
            int x = pixel % width;
            int y = pixel / width;
            int from = 3 * ((y - part.top()) * part.width() + x - part.left());
            cover(4 * bounds.offset(x, y), scaled.rgb(), from, feather.share(x, y));
        }
    }

    private void cover(int at, byte[] rgb, int from, float share) {
        float before = (painted[at + 3] & 255) / 255f * (1 - share);
        float alpha = before + share;
        for (int channel = 0; channel < 3; channel++) {
            float mixed = ((painted[at + channel] & 255) * before + (rgb[from + channel] & 255) * share) / alpha;
            painted[at + channel] = (byte) Math.round(mixed);
        }
        painted[at + 3] = (byte) Math.round(255 * alpha);
    }
}
