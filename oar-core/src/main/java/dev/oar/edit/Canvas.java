package dev.oar.edit;

import dev.oar.image.Resize;
import dev.oar.image.Rgb;
import dev.oar.image.RgbImage;
import dev.oar.image.RgbaImage;
import java.util.BitSet;

/** An image while it is painted on. */
final class Canvas {
    private final int width;
    private final int height;
    private final byte[] rgba;

    /** A canvas that shows this image, which stays as it is. */
    Canvas(RgbaImage image) {
        this.width = image.width();
        this.height = image.height();
        this.rgba = image.rgba().clone();
    }

    private Canvas(Canvas other) {
        this.width = other.width;
        this.height = other.height;
        this.rgba = other.rgba.clone();
    }

    Canvas copy() {
        return new Canvas(this);
    }

    /** What it shows now. */
    RgbaImage image() {
        return new RgbaImage(width, height, rgba.clone());
    }

    /**
     * What a window shows, in front of white. Pixels that the mask hides and those outside are filled from the others ({@link PullPush}).
     *
     * @param size width and height of the result
     */
    RgbImage seen(Window window, PixelMask hidden, int size) {
        int side = window.side();
        byte[] shown = new byte[4 * side * side];
        BitSet unknown = new BitSet(side * side);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int column = window.left() + x;
                int row = window.top() + y;
                if (isInside(column, row) && !hidden.marks(column, row)) {
                    System.arraycopy(rgba, 4 * (row * width + column), shown, 4 * (y * side + x), 4);
                } else {
                    unknown.set(y * side + x);
                }
            }
        }
        RgbImage picture = new RgbaImage(side, side, shown).composedOn(Rgb.WHITE);
        return Resize.bicubic(PullPush.fill(picture, unknown), size, size);
    }

    /**
     * Paints the marked pixels of a window, opaque where the feather's share is whole.
     *
     * @param painted what the window shows, in any size
     */
    void paint(Window window, RgbImage painted, PixelMask marked, Feather feather) {
        int side = window.side();
        RgbImage scaled = Resize.bicubic(painted, side, side);
        for (int y = Math.max(0, window.top()); y < Math.min(height, window.top() + side); y++) {
            for (int x = Math.max(0, window.left()); x < Math.min(width, window.left() + side); x++) {
                if (marked.marks(x, y)) {
                    int from = 3 * ((y - window.top()) * side + x - window.left());
                    cover(4 * (y * width + x), scaled.rgb(), from, feather.share(x, y));
                }
            }
        }
    }

    private void cover(int at, byte[] rgb, int from, float share) {
        float before = (rgba[at + 3] & 255) / 255f * (1 - share);
        float alpha = before + share;
        for (int channel = 0; channel < 3; channel++) {
            float mixed = ((rgba[at + channel] & 255) * before + (rgb[from + channel] & 255) * share) / alpha;
            rgba[at + channel] = (byte) Math.round(mixed);
        }
        rgba[at + 3] = (byte) Math.round(255 * alpha);
    }

    private boolean isInside(int x, int y) {
        return x >= 0 && y >= 0 && x < width && y < height;
    }
}
