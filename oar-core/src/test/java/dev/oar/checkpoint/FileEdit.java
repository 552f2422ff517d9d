package dev.oar.checkpoint;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * Some bytes of a file that become others.
 *
 * @param what in words
 * @param at the first of them
 * @param removed how many there are
 * @param inserted what stands in their place
 */
record FileEdit(String what, int at, int removed, byte[] inserted) {
    private static final int SHOWN = 24;

    @Override
    public String toString() {
        String shown = HexFormat.of().formatHex(Arrays.copyOf(inserted, Math.min(SHOWN, inserted.length)));
        return what + " (at byte " + at + ", " + removed + " bytes become " + inserted.length + ": " + shown
                + (inserted.length > SHOWN ? "..." : "") + ")";
    }
}
