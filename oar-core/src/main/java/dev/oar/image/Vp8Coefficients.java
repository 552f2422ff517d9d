package dev.oar.image;

/** The coefficients of blocks of 4 x 4 (RFC 6386, section 13). */
final class Vp8Coefficients {
    // The kinds of blocks.
    static final int LUMINANCE_WITHOUT_FIRST = 0;
    static final int FIRSTS = 1;
    static final int CHROMA = 2;
    static final int LUMINANCE = 3;

    private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
    private static final int[] BANDS = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};
    private static final int NODES = 11;
    private static final int CONTEXTS = 3;
    private static final int[][] LARGE = {
        {173, 148, 140},
        {176, 155, 140, 135},
        {180, 157, 141, 134, 130},
        {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
    };

    private final int[] probabilities;

    Vp8Coefficients(int[] probabilities) {
        this.probabilities = probabilities;
    }

    /**
     * Reads a block.
     *
     * @param context how many of the blocks above and to the left have coefficients
     * @param firstStep by which the first coefficient is multiplied
     * @param step by which the others are
     * @param into all 0; 16 numbers from {@code at} on
     * @return the place behind the last coefficient
     */
    int read(Vp8Bits bits, int kind, int context, int firstStep, int step, int[] into, int at) {
        int place = kind == LUMINANCE_WITHOUT_FIRST ? 1 : 0;
        int node = node(kind, place, context);
        while (place < 16 && bits.bit(probabilities[node]) == 1) {
            while (bits.bit(probabilities[node + 1]) == 0) {
                place++;
                if (place == 16) {
                    return 16;
                }
                node = node(kind, place, 0);
            }
            int size = size(bits, node);
            int value = (bits.flag() ? -size : size) * (place > 0 ? step : firstStep);
            into[at + ZIGZAG[place]] = (short) value;
            place++;
            node = node(kind, place, size == 1 ? 1 : 2);
        }
        return place;
    }

    private static int node(int kind, int place, int context) {
        return ((kind * 8 + BANDS[place]) * CONTEXTS + context) * NODES;
    }

    private int size(Vp8Bits bits, int node) {
        if (bits.bit(probabilities[node + 2]) == 0) {
            return 1;
        }
        if (bits.bit(probabilities[node + 3]) == 0) {
            if (bits.bit(probabilities[node + 4]) == 0) {
                return 2;
            }
            return 3 + bits.bit(probabilities[node + 5]);
        }
        if (bits.bit(probabilities[node + 6]) == 0) {
            if (bits.bit(probabilities[node + 7]) == 0) {
                return 5 + bits.bit(159);
            }
            int high = bits.bit(165);
            return 7 + 2 * high + bits.bit(145);
        }
        int high = bits.bit(probabilities[node + 8]);
        int category = 2 * high + bits.bit(probabilities[node + 9 + high]);
        int extra = 0;
        for (int probability : LARGE[category]) {
            extra = 2 * extra + bits.bit(probability);
        }
        return 3 + (8 << category) + extra;
    }
}
