package dev.oar.image;

/** What a block looks like by the samples above it and to its left (RFC 6386, section 12). */
final class Vp8Prediction {
    // Modes of whole blocks.
    static final int DC = 0;
    static final int VERTICAL = 1;
    static final int HORIZONTAL = 2;
    static final int TRUE_MOTION = 3;

    // Modes of blocks of 4 x 4; those from 2 on are DIRECTIONS.
    static final int SUB_DC = 0;
    static final int SUB_TRUE_MOTION = 1;
    static final int SUB_VERTICAL = 2;
    static final int SUB_HORIZONTAL = 3;

    private static final int MEAN_OF_TWO = 16;

    /**
     * Of each direction the 16 samples, row by row, as means of neighbours on the edge: a number below 16 is the middle one of three,
     * from 16 on it is 16 more than the first of two. The edge goes from the lowest sample on the left, which stands there twice, up to
     * the corner at 5, and along the row above to its eighth sample, which stands there twice too.
     */
    private static final int[][] DIRECTIONS = {
        {6, 7, 8, 9, 6, 7, 8, 9, 6, 7, 8, 9, 6, 7, 8, 9},
        {4, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1},
        {7, 8, 9, 10, 8, 9, 10, 11, 9, 10, 11, 12, 10, 11, 12, 13},
        {5, 6, 7, 8, 4, 5, 6, 7, 3, 4, 5, 6, 2, 3, 4, 5},
        {21, 22, 23, 24, 5, 6, 7, 8, 4, 21, 22, 23, 3, 5, 6, 7},
        {22, 23, 24, 25, 7, 8, 9, 10, 23, 24, 25, 11, 8, 9, 10, 12},
        {20, 5, 6, 7, 19, 4, 20, 5, 18, 3, 19, 4, 17, 2, 18, 3},
        {19, 3, 18, 2, 18, 2, 17, 1, 17, 1, 16, 16, 16, 16, 16, 16}
    };

    private final Vp8Plane plane;
    private final int[] edge = new int[15];

    Vp8Prediction(Vp8Plane plane) {
        this.plane = plane;
    }

    /** Predicts a block of 16 x 16 or 8 x 8. */
    void block(int mode, int left, int top, int size) {
        int mean = mode == DC ? mean(left, top, size) : 0;
        for (int y = top; y < top + size; y++) {
            for (int x = left; x < left + size; x++) {
                int value = switch (mode) {
                    case DC -> mean;
                    case VERTICAL -> plane.get(x, top - 1);
                    case HORIZONTAL -> plane.get(left - 1, y);
                    default -> trueMotion(x, y, left, top);
                };
                plane.set(x, y, value);
            }
        }
    }

    /** The mean of those edges that lie in the picture. */
    private int mean(int left, int top, int size) {
        int sum = 0;
        int count = 0;
        if (top > 0) {
            count += size;
            for (int i = 0; i < size; i++) {
                sum += plane.get(left + i, top - 1);
            }
        }
        if (left > 0) {
            count += size;
            for (int i = 0; i < size; i++) {
                sum += plane.get(left - 1, top + i);
            }
        }
        return count == 0 ? 128 : (sum + count / 2) / count;
    }

    private int trueMotion(int x, int y, int left, int top) {
        return plane.get(left - 1, y) + plane.get(x, top - 1) - plane.get(left - 1, top - 1);
    }

    /**
     * Predicts a block of 4 x 4.
     *
     * @param right the four samples above and to the right
     */
    void subBlock(int mode, int left, int top, int[] right) {
        if (mode == SUB_TRUE_MOTION) {
            block(TRUE_MOTION, left, top, 4);
            return;
        }
        edge(left, top, right);
        int mean = 4;
        for (int i = 0; i < 4; i++) {
            mean += edge[1 + i] + edge[6 + i];
        }
        for (int i = 0; i < 16; i++) {
            int value = mode == SUB_DC ? mean >> 3 : onEdge(DIRECTIONS[mode - SUB_VERTICAL][i]);
            plane.set(left + i % 4, top + i / 4, value);
        }
    }

    private void edge(int left, int top, int[] right) {
        for (int i = 0; i < 4; i++) {
            edge[4 - i] = plane.get(left - 1, top + i);
            edge[6 + i] = plane.get(left + i, top - 1);
            edge[10 + i] = right[i];
        }
        edge[0] = edge[1];
        edge[5] = plane.get(left - 1, top - 1);
        edge[14] = edge[13];
    }

    private int onEdge(int code) {
        if (code >= MEAN_OF_TWO) {
            int first = code - MEAN_OF_TWO;
            return (edge[first] + edge[first + 1] + 1) >> 1;
        }
        return (edge[code - 1] + 2 * edge[code] + edge[code + 1] + 2) >> 2;
    }
}
