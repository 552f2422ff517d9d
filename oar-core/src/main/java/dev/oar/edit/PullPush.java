package dev.oar.edit;

import dev.oar.image.RgbImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Fills unknown pixels smoothly from the known ones around them, by a pyramid of averages ("The Lumigraph", Gortler and others, 1996,
 * section 3.3).
 *
 * <p>A tokenizer sees more than a cell at a time, so the tokens beside a hole depend on what stands in it. This stands in it: a
 * smooth continuation that knows nothing of what the hole hides.
 */
final class PullPush {
    private PullPush() {}

    /**
     * The image with its unknown pixels filled; known ones stay as they are. An image of which nothing is known becomes white.
     *
     * @param unknown numbers of the unknown pixels in row-major order
     */
    static RgbImage fill(RgbImage image, BitSet unknown) {
        if (unknown.isEmpty()) {
            return image;
        }
        List<Level> pyramid = new ArrayList<>();
        pyramid.add(Level.of(image, unknown));
        while (last(pyramid).width > 1 || last(pyramid).height > 1) {
            pyramid.add(last(pyramid).pulled());
        }
        if (last(pyramid).weights[0] == 0) {
            Arrays.fill(last(pyramid).colours, 255);
        }
        for (int level = pyramid.size() - 2; level >= 0; level--) {
            pyramid.get(level).push(pyramid.get(level + 1));
        }
        byte[] rgb = image.rgb().clone();
        float[] colours = pyramid.get(0).colours;
        for (int pixel = unknown.nextSetBit(0); pixel >= 0; pixel = unknown.nextSetBit(pixel + 1)) {
            for (int channel = 0; channel < 3; channel++) {
                rgb[3 * pixel + channel] = (byte) Math.max(0, Math.min(255, Math.round(colours[3 * pixel + channel])));
            }
        }
        return new RgbImage(image.width(), image.height(), rgb);
    }

    private static Level last(List<Level> pyramid) {
        return pyramid.get(pyramid.size() - 1);
    }

    /** Colours, and how much of each is known, from 0 to 1. */
    private static final class Level {
        final int width;
        final int height;
        final float[] colours;
        final float[] weights;

        Level(int width, int height) {
            this.width = width;
            this.height = height;
            this.colours = new float[3 * width * height];
            this.weights = new float[width * height];
        }

        static Level of(RgbImage image, BitSet unknown) {
            Level level = new Level(image.width(), image.height());
            for (int pixel = 0; pixel < level.weights.length; pixel++) {
                level.weights[pixel] = unknown.get(pixel) ? 0 : 1;
                for (int channel = 0; channel < 3; channel++) {
                    level.colours[3 * pixel + channel] = image.rgb()[3 * pixel + channel] & 255;
                }
            }
            return level;
        }

        /** The level of half the size: means of what is known. */
        Level pulled() {
            Level half = new Level((width + 1) / 2, (height + 1) / 2);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int from = y * width + x;
                    int to = y / 2 * half.width + x / 2;
                    half.weights[to] += weights[from];
                    for (int channel = 0; channel < 3; channel++) {
                        half.colours[3 * to + channel] += weights[from] * colours[3 * from + channel];
                    }
                }
            }
            for (int pixel = 0; pixel < half.weights.length; pixel++) {
                float weight = half.weights[pixel];
                for (int channel = 0; channel < 3 && weight > 0; channel++) {
                    half.colours[3 * pixel + channel] /= weight;
                }
                half.weights[pixel] = Math.min(1, weight);
            }
            return half;
        }

        /** Takes what is not known from the level of half the size, which is known by now. */
        void push(Level half) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int pixel = y * width + x;
                    float missing = 1 - weights[pixel];
                    for (int channel = 0; channel < 3 && missing > 0; channel++) {
                        int at = 3 * pixel + channel;
                        colours[at] = weights[pixel] * colours[at]
                                + missing * half.between((x - 0.5f) / 2, (y - 0.5f) / 2, channel);
                    }
                }
            }
        }

        /** The bilinear mean at a place; beyond the border colours go on as they are there. */
        private float between(float x, float y, int channel) {
            float clampedX = Math.max(0, Math.min(width - 1, x));
            float clampedY = Math.max(0, Math.min(height - 1, y));
            int left = (int) clampedX;
            int top = (int) clampedY;
            int right = Math.min(width - 1, left + 1);
            int bottom = Math.min(height - 1, top + 1);
            float across = clampedX - left;
            float down = clampedY - top;
            float above = (1 - across) * colour(left, top, channel) + across * colour(right, top, channel);
            float below = (1 - across) * colour(left, bottom, channel) + across * colour(right, bottom, channel);
            return (1 - down) * above + down * below;
        }

        private float colour(int x, int y, int channel) {
            return colours[3 * (y * width + x) + channel];
        }
    }
}
