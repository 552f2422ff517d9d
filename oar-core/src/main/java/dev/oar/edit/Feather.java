package dev.oar.edit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How much of a painted pixel covers the one before: all of it deep inside a mask, less near its rim, nothing outside. */
final class Feather {
    private static final int STRAIGHT = 5;
    private static final int DIAGONAL = 7;

    private final PixelMask mask;
    private final PixelRectangle bounds;
    private final float @Nullable [] shares;

    private Feather(PixelMask mask, PixelRectangle bounds, float @Nullable [] shares) {
        this.mask = mask;
        this.bounds = bounds;
        this.shares = shares;
    }

    /**
     * The shares of a mask, which marks something. They take memory for the pixels around it alone, and none without a rim.
     *
     * @param pixels how wide the rim is on which the share grows from 0 to 1, inside the mask; 0 = none
     */
    static Feather of(PixelMask mask, int pixels) {
        if (pixels == 0) {
            return new Feather(mask, mask.bounds(), null);
        }
        // Beside a marked pixel within the image there must be room for one that is not, at distance 0.
        PixelRectangle around = mask.bounds().grown(1, mask.width(), mask.height());
        int[] distances = distances(mask, around);
        float[] shares = new float[distances.length];
        for (int at = 0; at < shares.length; at++) {
            shares[at] = Math.min(1, distances[at] / (float) STRAIGHT / (pixels + 1));
        }
        return new Feather(mask, around, shares);
    }

    /** The share of a pixel, 0 to 1. */
    float share(int x, int y) {
        if (shares == null) {
            return mask.marks(x, y) ? 1 : 0;
        }
        return bounds.contains(x, y) ? shares[bounds.offset(x, y)] : 0;
    }

    /**
     * Chamfer distances to the nearest pixel that is not marked, in fifths of a pixel, of the pixels of a rectangle that reaches beyond
     * the mask or to the border of the image; what is around the image does not count.
     */
    private static int[] distances(PixelMask mask, PixelRectangle around) {
        int width = around.width();
        int height = around.height();
        int[] distances = new int[width * height];
        Arrays.fill(distances, Integer.MAX_VALUE / 2);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = y * width + x;
                if (!mask.marks(around.left() + x, around.top() + y)) {
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
