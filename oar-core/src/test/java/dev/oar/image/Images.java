package dev.oar.image;

import dev.oar.order.CounterRandom;

/** Small images for tests. */
final class Images {
    private Images() {}

    static RgbImage plain(int width, int height, int colour) {
        return new Pixels(width, height, colour).toImage();
    }

    /** Pixels drawn at random from at most so many random colours. */
    static RgbImage noise(int width, int height, int colours, long seed) {
        CounterRandom random = CounterRandom.of(seed, "noise");
        CounterRandom palette = CounterRandom.of(seed, "palette");
        Pixels pixels = new Pixels(width, height, 0);
        for (int pixel = 0; pixel < width * height; pixel++) {
            int colour = palette.integer(1 << 24, random.integer(colours, pixel));
            pixels.set(pixel % width, pixel / width, colour);
        }
        return pixels.toImage();
    }
}
