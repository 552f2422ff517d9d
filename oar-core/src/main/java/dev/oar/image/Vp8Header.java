package dev.oar.image;

import java.io.IOException;

/** What a VP8 key frame says before its blocks (RFC 6386, sections 9 and 19.2). */
final class Vp8Header {
    private static final int SEGMENTS = 4;

    final int width;
    final int height;
    final Vp8Bits bits;
    final Vp8Bits[] partitions;
    final int[] coefficientProbabilities = Vp8Tables.COEFFICIENTS.clone();

    /** Whether blocks name the segment that they belong to, by these probabilities. */
    final boolean namesSegments;

    final int[] segmentProbabilities = {255, 255, 255};

    /** How likely a block has coefficients, of 256; -1 if blocks do not say whether they have. */
    final int skipProbability;

    /** Whether edges are smoothed at all. */
    final boolean smooths;

    final boolean simpleFilter;

    private final int filterLevel;
    private final int sharpness;
    private final boolean segmented;
    private boolean absolute;
    private final int[] segmentQuantisers = new int[SEGMENTS];
    private final int[] segmentLevels = new int[SEGMENTS];
    private final boolean levelChanges;
    private int keyFrameChange;
    private int subBlockChange;
    private final int quantiser;
    private final int[] quantiserChanges = new int[5];

    /**
     * Reads the header.
     *
     * @throws IOException if a part does not lie within the data
     */
    Vp8Header(byte[] file, int start, int length) throws IOException {
        ByteSource source = ByteSource.of(file).inOrder(false);
        int tag = source.unsignedShort(start) | source.unsignedByte(start + 2) << 16;
        int firstLength = tag >> 5;
        width = source.unsignedShort(start + 6) & 0x3FFF;
        height = source.unsignedShort(start + 8) & 0x3FFF;
        int first = start + 10;
        if (firstLength > length - 10) {
            throw new IOException("the first part of the VP8 data is longer than the data");
        }
        bits = new Vp8Bits(file, first, firstLength);
        // Colour space and clamping change nothing for stills.
        bits.number(2);
        segmented = bits.flag();
        namesSegments = segmented && segments();
        simpleFilter = bits.flag();
        filterLevel = bits.number(6);
        sharpness = bits.number(3);
        smooths = filterLevel > 0;
        levelChanges = bits.flag();
        if (levelChanges && bits.flag()) {
            levelChanges();
        }
        partitions = partitions(file, first + firstLength, start + length, 1 << bits.number(2));
        quantiser = bits.number(7);
        for (int i = 0; i < quantiserChanges.length; i++) {
            quantiserChanges[i] = bits.optional(4);
        }
        // Whether probabilities outlast the frame.
        bits.flag();
        for (int i = 0; i < coefficientProbabilities.length; i++) {
            if (bits.bit(Vp8Tables.COEFFICIENT_UPDATES[i]) == 1) {
                coefficientProbabilities[i] = bits.number(8);
            }
        }
        skipProbability = bits.flag() ? bits.number(8) : -1;
    }

    private boolean segments() {
        boolean names = bits.flag();
        if (bits.flag()) {
            absolute = bits.flag();
            for (int i = 0; i < SEGMENTS; i++) {
                segmentQuantisers[i] = bits.optional(7);
            }
            for (int i = 0; i < SEGMENTS; i++) {
                segmentLevels[i] = bits.optional(6);
            }
        }
        for (int i = 0; names && i < segmentProbabilities.length; i++) {
            segmentProbabilities[i] = bits.flag() ? bits.number(8) : 255;
        }
        return names;
    }

    /** Changes by the kind of frame, of which only the first concerns stills, then by mode, of which only the first does. */
    private void levelChanges() {
        for (int i = 0; i < 8; i++) {
            int change = bits.optional(6);
            if (i == 0) {
                keyFrameChange = change;
            } else if (i == 4) {
                subBlockChange = change;
            }
        }
    }

    private static Vp8Bits[] partitions(byte[] file, int start, int end, int count) throws IOException {
        int position = start + 3 * (count - 1);
        if (position > end) {
            throw new IOException("the VP8 data end within their header");
        }
        Vp8Bits[] partitions = new Vp8Bits[count];
        for (int i = 0; i < count; i++) {
            int sizeAt = start + 3 * i;
            int size = i == count - 1
                    ? end - position
                    : file[sizeAt] & 255 | (file[sizeAt + 1] & 255) << 8 | (file[sizeAt + 2] & 255) << 16;
            if (size > end - position) {
                throw new IOException("a part of the VP8 data is longer than the data");
            }
            partitions[i] = new Vp8Bits(file, position, size);
            position += size;
        }
        return partitions;
    }

    /** Quantiser steps of a segment: first and other coefficients of luminance, of its firsts, and of colour differences. */
    int[] steps(int segment) {
        int index = segmented ? segmentQuantisers[segment] + (absolute ? 0 : quantiser) : quantiser;
        int[] at = new int[6];
        at[1] = Math.max(0, Math.min(127, index));
        int[] places = {0, 2, 3, 4, 5};
        for (int i = 0; i < places.length; i++) {
            int largest = places[i] == 4 ? 117 : 127;
            at[places[i]] = Math.max(0, Math.min(largest, at[1] + quantiserChanges[i]));
        }
        return new int[] {
            Vp8Tables.DC_STEPS[at[0]],
            Vp8Tables.AC_STEPS[at[1]],
            Vp8Tables.DC_STEPS[at[2]] * 2,
            Math.max(8, Vp8Tables.AC_STEPS[at[3]] * 155 / 100),
            Vp8Tables.DC_STEPS[at[4]],
            Vp8Tables.AC_STEPS[at[5]]
        };
    }

    /** How strongly blocks of a segment are smoothed: level 0 to 63. */
    int level(int segment, boolean subBlocks) {
        int level = segmented ? segmentLevels[segment] + (absolute ? 0 : filterLevel) : filterLevel;
        if (levelChanges) {
            level += keyFrameChange + (subBlocks ? subBlockChange : 0);
        }
        return Math.max(0, Math.min(63, level));
    }

    int sharpness() {
        return sharpness;
    }
}
