package dev.oar.image;

/** The inverse transforms of VP8 (RFC 6386, section 14). */
final class Vp8Transform {
    private Vp8Transform() {}

    /**
     * Spreads the first coefficients of the 16 blocks of luminance.
     *
     * @param second their transform
     * @param coefficients of the blocks, 16 each, of which the first is set
     */
    static void firsts(int[] second, int[] coefficients) {
        int[] columns = new int[16];
        for (int i = 0; i < 4; i++) {
            int a = second[i] + second[12 + i];
            int b = second[4 + i] + second[8 + i];
            int c = second[4 + i] - second[8 + i];
            int d = second[i] - second[12 + i];
            columns[i] = a + b;
            columns[4 + i] = d + c;
            columns[8 + i] = a - b;
            columns[12 + i] = d - c;
        }
        for (int row = 0; row < 16; row += 4) {
            int first = columns[row] + 3;
            int a = first + columns[row + 3];
            int b = columns[row + 1] + columns[row + 2];
            int c = columns[row + 1] - columns[row + 2];
            int d = first - columns[row + 3];
            coefficients[16 * row] = (a + b) >> 3;
            coefficients[16 * (row + 1)] = (d + c) >> 3;
            coefficients[16 * (row + 2)] = (a - b) >> 3;
            coefficients[16 * (row + 3)] = (d - c) >> 3;
        }
    }

    /** Adds the residue of a block of 4 x 4 to its prediction. */
    static void add(int[] coefficients, int from, Vp8Plane plane, int left, int top) {
        int[] columns = new int[16];
        for (int i = 0; i < 4; i++) {
            int at = from + i;
            int a = coefficients[at] + coefficients[at + 8];
            int b = coefficients[at] - coefficients[at + 8];
            int c = sine(coefficients[at + 4]) - cosine(coefficients[at + 12]);
            int d = cosine(coefficients[at + 4]) + sine(coefficients[at + 12]);
            columns[4 * i] = a + d;
            columns[4 * i + 1] = b + c;
            columns[4 * i + 2] = b - c;
            columns[4 * i + 3] = a - d;
        }
        for (int i = 0; i < 4; i++) {
            int first = columns[i] + 4;
            int a = first + columns[8 + i];
            int b = first - columns[8 + i];
            int c = sine(columns[4 + i]) - cosine(columns[12 + i]);
            int d = cosine(columns[4 + i]) + sine(columns[12 + i]);
            add(plane, left, top + i, (a + d) >> 3);
            add(plane, left + 1, top + i, (b + c) >> 3);
            add(plane, left + 2, top + i, (b - c) >> 3);
            add(plane, left + 3, top + i, (a - d) >> 3);
        }
    }

    private static void add(Vp8Plane plane, int x, int y, int residue) {
        plane.set(x, y, plane.get(x, y) + residue);
    }

    /** Times the square root of 2 and the cosine of an eighth of pi. */
    private static int cosine(int value) {
        return value + (value * 20091 >> 16);
    }

    /** Times the square root of 2 and the sine of an eighth of pi. */
    private static int sine(int value) {
        return value * 35468 >> 16;
    }
}
