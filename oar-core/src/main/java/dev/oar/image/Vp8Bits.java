package dev.oar.image;

import java.io.IOException;

/** The arithmetic decoder of VP8 (RFC 6386, section 7). */
final class Vp8Bits {
    /** The decoder looks two bytes ahead, so that this many may lie behind the end. */
    private static final int AHEAD = 2;

    private static final int EVEN = 128;

    private final byte[] bytes;
    private final int end;
    private int position;
    private int value;
    private int range = 255;
    private int shifted;

    /**
     * Begins to decode.
     *
     * @throws IOException if the part does not lie within the bytes
     */
    Vp8Bits(byte[] bytes, int start, int length) throws IOException {
        if (start < 0 || length < 0 || start + (long) length > bytes.length) {
            throw new IOException("a part of the VP8 data lies behind their end");
        }
        this.bytes = bytes;
        this.position = start;
        this.end = start + length;
        this.value = next() << 8 | next();
    }

    private int next() {
        int at = position++;
        return at < end ? bytes[at] & 255 : 0;
    }

    /** One bit that is 0 with this probability of 256. */
    int bit(int probability) {
        int split = 1 + ((range - 1) * probability >> 8);
        int bit = value >= split << 8 ? 1 : 0;
        if (bit == 1) {
            range -= split;
            value -= split << 8;
        } else {
            range = split;
        }
        while (range < 128) {
            value <<= 1;
            range <<= 1;
            if (++shifted == 8) {
                shifted = 0;
                value |= next();
            }
        }
        return bit;
    }

    /** A bit that is as often 0 as 1. */
    boolean flag() {
        return bit(EVEN) == 1;
    }

    /** A whole number of so many bits. */
    int number(int bits) {
        int number = 0;
        for (int i = 0; i < bits; i++) {
            number = number << 1 | bit(EVEN);
        }
        return number;
    }

    /** A whole number with a sign behind it. */
    int signed(int bits) {
        int number = number(bits);
        return flag() ? -number : number;
    }

    /** A number with a sign, or 0 if a flag says that there is none. */
    int optional(int bits) {
        return flag() ? signed(bits) : 0;
    }

    /**
     * Refuses data of which more was read than is there.
     *
     * @throws IOException if it was
     */
    void requireWhole() throws IOException {
        if (position > end + AHEAD) {
            throw new IOException("the VP8 data end early");
        }
    }
}
