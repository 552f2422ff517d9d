package dev.oar.edit;

import dev.oar.image.RgbaImage;
import dev.oar.order.CounterRandom;
import java.util.BitSet;

/** Pictures and masks that are functions of a seed. */
final class RandomPictures {
    private RandomPictures() {}

    /** Noise; half of the seeds give transparent pixels, too. */
    static RgbaImage image(long seed, int width, int height) {
        CounterRandom random = CounterRandom.of(seed, "picture of a test");
        byte[] rgba = new byte[4 * width * height];
        for (int i = 0; i < rgba.length; i++) {
            boolean opaque = i % 4 == 3 && seed % 2 == 0;
            rgba[i] = opaque ? (byte) 255 : (byte) random.integer(256, i);
        }
        return new RgbaImage(width, height, rgba);
    }

    /** At least one pixel and up to all: a few rectangles and single pixels. */
    static PixelMask mask(long seed, int width, int height) {
        CounterRandom random = CounterRandom.of(seed, "mask of a test");
        BitSet pixels = new BitSet(width * height);
        pixels.set(random.integer(width * height, 0));
        for (int shape = random.integer(4, 1); shape > 0; shape--) {
            CounterRandom own = random.derive(shape);
            int left = own.integer(width, 0);
            int top = own.integer(height, 1);
            int right = Math.min(width, left + 1 + own.integer(width, 2));
            int bottom = Math.min(height, top + 1 + own.integer(height, 3));
            for (int y = top; y < bottom; y++) {
                pixels.set(y * width + left, y * width + right);
            }
        }
        return PixelMask.of(width, height, pixels);
    }
}
