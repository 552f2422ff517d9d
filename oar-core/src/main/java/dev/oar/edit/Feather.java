package dev.oar.edit;

import java.util.Arrays;

/** How much of a painted pixel covers the one before: all of it deep inside a mask, less near its rim, nothing outside. */
final class Feather {
    private static final int STRAIGHT = 5;
    private static final int DIAGONAL = 7;

    private final int width;
    private final float[] shares;

    private Feather(int width, float[] shares) {
        this.width = width;
        this.shares = shares;
    }

    /**
     * The shares of a mask.
     *
     * @param pixels how wide the rim is on which the share grows from 0 to 1, inside the mask; 0 = none
     */
    static Feather of(PixelMask mask, int pixels) {
        int width = mask.width();
        int height = mask.height();
        float[] shares = new float[width * height];
        if (pixels == 0) {
            for (int pixel = mask.next(0); pixel >= 0; pixel = mask.next(pixel + 1)) {
                shares[pixel] = 1;
            }
            return new Feather(width, shares);
        }
        int[] distances = distances(mask);
        for (int pixel = mask.next(0); pixel >= 0; pixel = mask.next(pixel + 1)) {
            shares[pixel] = Math.min(1, distances[pixel] / (float) STRAIGHT / (pixels + 1));
        }
        return new Feather(width, shares);
    }

    /** The share of a pixel, 0 to 1. */
    float share(int x, int y) {
        return shares[y * width + x];
    }

    /** Chamfer distances to the nearest pixel that is not marked, in fifths of a pixel; what is around the image does not count. */
    private static int[] distances(PixelMask mask) {
        int width = mask.width();
        int height = mask.height();
        int[] distances = new int[width * height];
        Arrays.fill(distances, Integer.MAX_VALUE / 2);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = y * width + x;
                if (!mask.marks(x, y)) {
                    distances[at] = 0;
                    continue;
                }
                int nearest = distances[at];
                nearest = x > 0 ? Math.min(nearest, distances[at - 1] + STRAIGHT) : nearest;
                nearest = y > 0 ? Math.min(nearest, distances[at - width] + STRAIGHT) : nearest;
                nearest = x > 0 && y > 0 ? Math.min(nearest, distances[at - width - 1] + DIAGONAL) : nearest;
                nearest = x < width - 1 && y > 0 ? Math.min(nearest, distances[at - width + 1] + DIAGONAL) : nearest;
                distances[at] = nearest;
            }
        }
        for (int y = height - 1; y >= 0; y--) {
            for (int x = width - 1; x >= 0; x--) {
                int at = y * width + x;
                boolean last = y == height - 1;
                int nearest = distances[at];
                nearest = x < width - 1 ? Math.min(nearest, distances[at + 1] + STRAIGHT) : nearest;
                nearest = !last ? Math.min(nearest, distances[at + width] + STRAIGHT) : nearest;
                nearest = x < width - 1 && !last ? Math.min(nearest, distances[at + width + 1] + DIAGONAL) : nearest;
                nearest = x > 0 && !last ? Math.min(nearest, distances[at + width - 1] + DIAGONAL) : nearest;
                distances[at] = nearest;
            }
        }
        return distances;
    }
}
