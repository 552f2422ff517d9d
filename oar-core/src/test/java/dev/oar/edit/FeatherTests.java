package dev.oar.edit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FeatherTests {
    private static final int[][] STEPS = {
        {1, 0, 5}, {-1, 0, 5}, {0, 1, 5}, {0, -1, 5}, {1, 1, 7}, {1, -1, 7}, {-1, 1, 7}, {-1, -1, 7}
    };

    @Test
    void aShareGrowsWithTheLengthOfTheShortestWayOutOfTheMask() {
        for (int seed = 0; seed < 60; seed++) {
            int width = 3 + seed % 11;
            int height = 2 + seed % 7;
            PixelMask mask = seed % 10 == 9
                    ? PixelMask.ofRectangles(width, height, java.util.List.of(new PixelRectangle(0, 0, width, 2)))
                    : RandomPictures.mask(seed, width, height);
            int[] distances = shortestWays(mask);
            for (int pixels : new int[] {0, 1, 3}) {
                Feather feather = Feather.of(mask, pixels);
                for (int y = 0; y < height; y++) {
                    for (int x = 0; x < width; x++) {
                        int distance = distances[y * width + x];
                        float expected = distance == 0 ? 0 : Math.min(1, distance / 5f / (pixels + 1));
                        assertThat(feather.share(x, y))
                                .as("seed %s, rim of %s, pixel %s,%s", seed, pixels, x, y)
                                .isEqualTo(pixels == 0 ? Math.signum(expected) : expected);
                    }
                }
            }
        }
    }

    /** In fifths of a pixel, straight steps being 5 and diagonal ones 7 long; found by going on until nothing gets shorter. */
    private static int[] shortestWays(PixelMask mask) {
        int width = mask.width();
        int[] ways = new int[width * mask.height()];
        Arrays.fill(ways, Integer.MAX_VALUE / 2);
        for (boolean shorter = true; shorter; ) {
            shorter = false;
            for (int at = 0; at < ways.length; at++) {
                int shortest = mask.marks(at % width, at / width) ? ways[at] : 0;
                for (int[] step : STEPS) {
                    int x = at % width + step[0];
                    int y = at / width + step[1];
                    if (x >= 0 && x < width && y >= 0 && y < mask.height() && shortest > 0) {
                        shortest = Math.min(shortest, ways[y * width + x] + step[2]);
                    }
                }
                shorter |= shortest < ways[at];
                ways[at] = shortest;
            }
        }
        return ways;
    }
}
