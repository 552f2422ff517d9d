package dev.oar.check;

import dev.oar.image.PerceptualHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds all pairs of images that look alike, without comparing all pairs.
 *
 * <p>The 64 bits are dealt to six bands, bit i to band i mod 6. Hashes that differ in at most three bits agree in at least three whole bands,
 * so for each of the 20 choices of three bands only images that agree there are compared (J. Leskovec, A. Rajaraman and J. Ullman, "Mining
 * of Massive Datasets", chapter 3, on banding); among them only those of about the same brightness, which near mean colours imply.
 */
final class NearPairs {
    private static final int BANDS = 6;
    private static final long[] MASKS = masks();

    /** The most images that can be told apart by the bits that are left for their places. */
    static final int MOST_IMAGES = 1 << 24;

    private static final int BRIGHTNESS_BITS = 14;
    private static final int PLACE_BITS = 24;
    private static final int MOST_DIFFERENCE = PerceptualHash.NEAR_LEVELS * PerceptualHash.COLOURS;

    private NearPairs() {}

    /** Hears of a pair; each is told once. */
    @FunctionalInterface
    interface Listener {
        /**
         * Two images look alike.
         *
         * @param one the smaller place
         * @param other the larger place
         */
        void near(int one, int other);
    }

    private static long[] masks() {
        List<Long> masks = new ArrayList<>();
        for (int first = 0; first < BANDS; first++) {
            for (int second = first + 1; second < BANDS; second++) {
                for (int third = second + 1; third < BANDS; third++) {
                    masks.add(band(first) | band(second) | band(third));
                }
            }
        }
        return masks.stream().mapToLong(Long::longValue).toArray();
    }

    private static long band(int number) {
        long bits = 0;
        for (int bit = number; bit < Long.SIZE; bit += BANDS) {
            bits |= 1L << bit;
        }
        return bits;
    }

    /**
     * Finds the pairs.
     *
     * @throws IllegalArgumentException if there are more than {@value #MOST_IMAGES} images
     */
    static void find(List<PerceptualHash> images, Listener listener) {
        if (images.size() > MOST_IMAGES) {
            throw new IllegalArgumentException("near duplicates are looked for among up to " + MOST_IMAGES
                    + " images, but there are " + images.size() + "; check parts of the set, or its headers alone");
        }
        PerceptualHash[] hashes = images.toArray(PerceptualHash[]::new);
        int[] brightness =
                Arrays.stream(hashes).mapToInt(PerceptualHash::brightness).toArray();
        for (int table = 0; table < MASKS.length; table++) {
            long[] keys = new long[hashes.length];
            for (int i = 0; i < keys.length; i++) {
                long bucket = mixed(hashes[i].bits() & MASKS[table]) << (BRIGHTNESS_BITS + PLACE_BITS);
                keys[i] = bucket | (long) brightness[i] << PLACE_BITS | i;
            }
            Arrays.sort(keys);
            compare(keys, hashes, table, listener);
        }
    }

    /** Compares the images of each bucket; sorting has put them side by side, by brightness. */
    private static void compare(long[] keys, PerceptualHash[] hashes, int table, Listener listener) {
        for (int from = 0; from < keys.length; from++) {
            int one = place(keys[from]);
            for (int to = from + 1; to < keys.length && isWithin(keys[from], keys[to]); to++) {
                int other = place(keys[to]);
                if (hashes[one].isNear(hashes[other]) && isFirst(hashes[one].bits() ^ hashes[other].bits(), table)) {
                    listener.near(Math.min(one, other), Math.max(one, other));
                }
            }
        }
    }

    private static boolean isWithin(long from, long to) {
        int bits = BRIGHTNESS_BITS + PLACE_BITS;
        return from >>> bits == to >>> bits && (to >>> PLACE_BITS) - (from >>> PLACE_BITS) <= MOST_DIFFERENCE;
    }

    /** Whether no earlier table has told of a pair whose bits differ so. */
    private static boolean isFirst(long difference, int table) {
        for (int earlier = 0; earlier < table; earlier++) {
            if ((difference & MASKS[earlier]) == 0) {
                return false;
            }
        }
        return (difference & MASKS[table]) == 0;
    }

    private static int place(long key) {
        return (int) (key & (MOST_IMAGES - 1));
    }

    /** The 26 bits of a bucket; different bits may share one, and are then told apart by comparing. */
    private static long mixed(long bits) {
        long mixed = (bits ^ (bits >>> 32)) * 0x9E3779B97F4A7C15L;
        return mixed >>> (BRIGHTNESS_BITS + PLACE_BITS);
    }
}
