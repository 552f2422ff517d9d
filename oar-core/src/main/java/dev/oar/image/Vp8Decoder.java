package dev.oar.image;

import java.io.IOException;
import java.util.Arrays;

/**
 * A still of lossy WebP: one VP8 key frame (RFC 6386), to the bit as libwebp decodes it.
 *
 * <p>All blocks are predicted and completed first, since prediction takes samples that are not yet smoothed; then all edges are smoothed.
 */
final class Vp8Decoder {
    private static final int BY_SUB_BLOCKS = 4;

    /** The tree of modes of blocks of 4 x 4: even a node, odd its other branch; a leaf is a mode's negative. */
    private static final int[] SUB_MODE_TREE = {
        -Vp8Prediction.SUB_DC,
        2,
        -Vp8Prediction.SUB_TRUE_MOTION,
        4,
        -Vp8Prediction.SUB_VERTICAL,
        6,
        8,
        12,
        -Vp8Prediction.SUB_HORIZONTAL,
        10,
        -5,
        -6,
        -4,
        14,
        -7,
        16,
        -8,
        -9
    };

    /** What neighbours of a whole block take for the mode of its blocks of 4 x 4. */
    private static final int[] SUB_MODE_OF = {
        Vp8Prediction.SUB_DC, Vp8Prediction.SUB_VERTICAL, Vp8Prediction.SUB_HORIZONTAL, Vp8Prediction.SUB_TRUE_MOTION
    };

    private final Vp8Header header;
    private final Vp8Coefficients reader;
    private final int columns;
    private final int rows;
    private final Vp8Plane luminance;
    private final Vp8Plane blue;
    private final Vp8Plane red;
    private final Vp8Prediction luminancePrediction;
    private final int[][] steps = new int[4][];
    private final int[] modesAbove;
    private final int[] modesLeft = new int[4];

    /** Whether blocks above have coefficients: of every column 4 of luminance, 2 and 2 of chroma, 1 of firsts. */
    private final int[] filledAbove;

    private final int[] filledLeft = new int[9];
    private final byte[] levels;
    private final boolean[] inner;

    // Of the block at hand.
    private final int[] coefficients = new int[25 * 16];
    private final int[] subModes = new int[16];
    private final boolean[] filled = new boolean[24];

    private Vp8Decoder(Vp8Header header) {
        this.header = header;
        this.reader = new Vp8Coefficients(header.coefficientProbabilities);
        this.columns = (header.width + 15) / 16;
        this.rows = (header.height + 15) / 16;
        this.luminance = new Vp8Plane(16 * columns, 16 * rows);
        this.blue = new Vp8Plane(8 * columns, 8 * rows);
        this.red = new Vp8Plane(8 * columns, 8 * rows);
        this.luminancePrediction = new Vp8Prediction(luminance);
        this.modesAbove = new int[4 * columns];
        this.filledAbove = new int[9 * columns];
        this.levels = new byte[columns * rows];
        this.inner = new boolean[columns * rows];
        for (int segment = 0; segment < 4; segment++) {
            steps[segment] = header.steps(segment);
        }
    }

    /**
     * Decodes a frame.
     *
     * @param start its first byte in the file
     * @param length in bytes
     * @throws IOException if it is damaged
     */
    static RgbaImage decode(byte[] file, int start, int length) throws IOException {
        Vp8Decoder decoder = new Vp8Decoder(new Vp8Header(file, start, length));
        decoder.blocks();
        decoder.smooth();
        return Vp8Colours.toRgb(
                decoder.luminance, decoder.blue, decoder.red, decoder.header.width, decoder.header.height);
    }

    private void blocks() throws IOException {
        for (int row = 0; row < rows; row++) {
            Vp8Bits tokens = header.partitions[row % header.partitions.length];
            Arrays.fill(modesLeft, Vp8Prediction.SUB_DC);
            Arrays.fill(filledLeft, 0);
            for (int column = 0; column < columns; column++) {
                block(column, row, tokens);
            }
            header.bits.requireWhole();
            tokens.requireWhole();
        }
    }

    private void block(int column, int row, Vp8Bits tokens) {
        Vp8Bits bits = header.bits;
        int segment = header.namesSegments ? segment(bits) : 0;
        boolean empty = header.skipProbability >= 0 && bits.bit(header.skipProbability) == 1;
        int mode = mode(bits, column);
        int chromaMode = chromaMode(bits);
        Arrays.fill(coefficients, 0);
        Arrays.fill(filled, false);
        if (empty) {
            forget(column, mode);
        } else {
            coefficients(column, mode, steps[segment], tokens);
        }
        boolean any = false;
        for (boolean each : filled) {
            any |= each;
        }
        luminance(column, row, mode);
        chroma(blue, column, row, chromaMode, 16);
        chroma(red, column, row, chromaMode, 20);
        levels[row * columns + column] = (byte) header.level(segment, mode == BY_SUB_BLOCKS);
        inner[row * columns + column] = any || mode == BY_SUB_BLOCKS;
    }

    private int segment(Vp8Bits bits) {
        int[] probabilities = header.segmentProbabilities;
        return bits.bit(probabilities[0]) == 0 ? bits.bit(probabilities[1]) : 2 + bits.bit(probabilities[2]);
    }

    private int mode(Vp8Bits bits, int column) {
        if (bits.bit(145) == 0) {
            for (int i = 0; i < 16; i++) {
                int above = modesAbove[4 * column + i % 4];
                int left = modesLeft[i / 4];
                int subMode = subMode(bits, (above * 10 + left) * 9);
                subModes[i] = subMode;
                modesAbove[4 * column + i % 4] = subMode;
                modesLeft[i / 4] = subMode;
            }
            return BY_SUB_BLOCKS;
        }
        int mode;
        if (bits.bit(156) == 0) {
            mode = bits.bit(163) == 0 ? Vp8Prediction.DC : Vp8Prediction.VERTICAL;
        } else {
            mode = bits.bit(128) == 0 ? Vp8Prediction.HORIZONTAL : Vp8Prediction.TRUE_MOTION;
        }
        Arrays.fill(modesAbove, 4 * column, 4 * column + 4, SUB_MODE_OF[mode]);
        Arrays.fill(modesLeft, SUB_MODE_OF[mode]);
        return mode;
    }

    private static int subMode(Vp8Bits bits, int probabilities) {
        int node = 0;
        do {
            node = SUB_MODE_TREE[node + bits.bit(Vp8Tables.SUB_BLOCK_MODES[probabilities + node / 2])];
        } while (node > 0);
        return -node;
    }

    private static int chromaMode(Vp8Bits bits) {
        if (bits.bit(142) == 0) {
            return Vp8Prediction.DC;
        }
        if (bits.bit(114) == 0) {
            return Vp8Prediction.VERTICAL;
        }
        return bits.bit(183) == 0 ? Vp8Prediction.HORIZONTAL : Vp8Prediction.TRUE_MOTION;
    }

    /** A block without coefficients; one whose firsts stand with the others says nothing of firsts. */
    private void forget(int column, int mode) {
        int count = mode == BY_SUB_BLOCKS ? 8 : 9;
        Arrays.fill(filledAbove, 9 * column, 9 * column + count, 0);
        Arrays.fill(filledLeft, 0, count, 0);
    }

    private void coefficients(int column, int mode, int[] step, Vp8Bits tokens) {
        int kind = Vp8Coefficients.LUMINANCE;
        if (mode != BY_SUB_BLOCKS) {
            kind = Vp8Coefficients.LUMINANCE_WITHOUT_FIRST;
            int context = filledAbove[9 * column + 8] + filledLeft[8];
            int end = reader.read(tokens, Vp8Coefficients.FIRSTS, context, step[2], step[3], coefficients, 24 * 16);
            filledAbove[9 * column + 8] = end > 0 ? 1 : 0;
            filledLeft[8] = filledAbove[9 * column + 8];
            Vp8Transform.firsts(Arrays.copyOfRange(coefficients, 24 * 16, 25 * 16), coefficients);
        }
        for (int i = 0; i < 16; i++) {
            read(tokens, kind, 9 * column + i % 4, i / 4, step[0], step[1], i);
        }
        for (int i = 0; i < 8; i++) {
            int place = 4 + i / 4 * 2;
            read(
                    tokens,
                    Vp8Coefficients.CHROMA,
                    9 * column + place + i % 2,
                    place + i % 4 / 2,
                    step[4],
                    step[5],
                    16 + i);
        }
    }

    private void read(Vp8Bits tokens, int kind, int above, int left, int firstStep, int step, int block) {
        int context = filledAbove[above] + filledLeft[left];
        int end = reader.read(tokens, kind, context, firstStep, step, coefficients, 16 * block);
        int first = kind == Vp8Coefficients.LUMINANCE_WITHOUT_FIRST ? 1 : 0;
        filledAbove[above] = end > first ? 1 : 0;
        filledLeft[left] = filledAbove[above];
        filled[block] = end > 1 || coefficients[16 * block] != 0;
    }

    private void luminance(int column, int row, int mode) {
        int left = 16 * column;
        int top = 16 * row;
        int[] rightAbove = mode == BY_SUB_BLOCKS ? rightAbove(column, row) : new int[4];
        if (mode != BY_SUB_BLOCKS) {
            luminancePrediction.block(mode, left, top, 16);
        }
        int[] right = new int[4];
        for (int i = 0; i < 16; i++) {
            int x = left + i % 4 * 4;
            int y = top + i / 4 * 4;
            if (mode == BY_SUB_BLOCKS) {
                for (int j = 0; j < 4; j++) {
                    right[j] = i % 4 == 3 ? rightAbove[j] : luminance.get(x + 4 + j, y - 1);
                }
                luminancePrediction.subBlock(subModes[i], x, y, right);
            }
            if (filled[i]) {
                Vp8Transform.add(coefficients, 16 * i, luminance, x, y);
            }
        }
    }

    /** The four samples above and to the right of a whole block, which all its rightmost blocks of 4 x 4 take. */
    private int[] rightAbove(int column, int row) {
        int[] samples = new int[4];
        for (int i = 0; i < 4; i++) {
            int x = row > 0 ? Math.min(16 * column + 16 + i, luminance.width - 1) : -1;
            samples[i] = luminance.get(x, 16 * row - 1);
        }
        return samples;
    }

    private void chroma(Vp8Plane plane, int column, int row, int mode, int firstBlock) {
        new Vp8Prediction(plane).block(mode, 8 * column, 8 * row, 8);
        for (int i = 0; i < 4; i++) {
            if (filled[firstBlock + i]) {
                int at = 16 * (firstBlock + i);
                Vp8Transform.add(coefficients, at, plane, 8 * column + i % 2 * 4, 8 * row + i / 2 * 4);
            }
        }
    }

    private void smooth() {
        if (!header.smooths) {
            return;
        }
        Vp8LoopFilter onLuminance = new Vp8LoopFilter(luminance, header.simpleFilter);
        Vp8LoopFilter onBlue = new Vp8LoopFilter(blue, false);
        Vp8LoopFilter onRed = new Vp8LoopFilter(red, false);
        for (int i = 0; i < levels.length; i++) {
            if (levels[i] > 0) {
                Vp8LoopFilter.Strength strength = Vp8LoopFilter.Strength.of(levels[i], header.sharpness());
                int column = i % columns;
                int row = i / columns;
                onLuminance.block(16 * column, 16 * row, 16, strength, inner[i]);
                if (!header.simpleFilter) {
                    onBlue.block(8 * column, 8 * row, 8, strength, inner[i]);
                    onRed.block(8 * column, 8 * row, 8, strength, inner[i]);
                }
            }
        }
    }
}
