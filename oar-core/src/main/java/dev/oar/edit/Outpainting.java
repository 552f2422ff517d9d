package dev.oar.edit;

import dev.oar.config.Require;
import dev.oar.image.ImageLimits;
import dev.oar.image.Rgb;
import dev.oar.image.RgbaImage;
import java.util.BitSet;
import java.util.OptionalInt;

/**
 * A larger canvas around an image, for painting what lies beyond its borders.
 *
 * @param image the canvas: the image, and around it a smooth continuation of its colours, on which new pixels fade in
 * @param mask all that is new
 * @param windowSide pixels that the model sees at once: as many as the image is long, at most twice the model's size, so that the new is
 *     painted as large as the image is
 */
public record Outpainting(RgbaImage image, PixelMask mask, int windowSide) {
    /**
     * How many pixels are added on each side.
     *
     * @param left columns before the first
     * @param right columns behind the last
     * @param top rows above the first
     * @param bottom rows below the last
     */
    public record Margins(int left, int right, int top, int bottom) {
        /** Checks that there are any. */
        public Margins {
            Require.that(
                    left >= 0 && right >= 0 && top >= 0 && bottom >= 0 && (left | right | top | bottom) > 0,
                    "outpainting adds pixels on at least one side and takes none away, but was to add %s left, %s right, %s above and"
                            + " %s below; name at least one side",
                    left,
                    right,
                    top,
                    bottom);
        }
    }

    /**
     * The canvas of an image.
     *
     * @param modelSize width and height of the model's images in pixels
     * @throws IllegalArgumentException if the canvas would have more pixels than an image may have
     */
    public static Outpainting of(RgbaImage image, Margins margins, int modelSize) {
        long wide = (long) image.width() + margins.left() + margins.right();
        long high = (long) image.height() + margins.top() + margins.bottom();
        Require.that(
                Math.max(wide, high) <= ImageLimits.DEFAULT.maxPixels()
                        && wide * high <= ImageLimits.DEFAULT.maxPixels(),
                "an image may have up to %s pixels, but with what is added there would be %s x %s; add less",
                ImageLimits.DEFAULT.maxPixels(),
                wide,
                high);
        int width = (int) wide;
        int height = (int) high;
        byte[] rgba = new byte[4 * width * height];
        BitSet added = new BitSet(width * height);
        added.set(0, width * height);
        for (int y = 0; y < image.height(); y++) {
            int to = (y + margins.top()) * width + margins.left();
            System.arraycopy(image.rgba(), 4 * y * image.width(), rgba, 4 * to, 4 * image.width());
            added.clear(to, to + image.width());
        }
        byte[] continued = PullPush.fill(new RgbaImage(width, height, rgba).composedOn(Rgb.WHITE), added)
                .rgb();
        for (int pixel = added.nextSetBit(0); pixel >= 0; pixel = added.nextSetBit(pixel + 1)) {
            System.arraycopy(continued, 3 * pixel, rgba, 4 * pixel, 3);
            rgba[4 * pixel + 3] = (byte) 255;
        }
        return new Outpainting(
                new RgbaImage(width, height, rgba),
                PixelMask.of(width, height, added),
                Math.min(Math.max(image.width(), image.height()), 2 * modelSize));
    }

    /** The window side as requests have it. */
    public OptionalInt window() {
        return OptionalInt.of(windowSide);
    }
}
