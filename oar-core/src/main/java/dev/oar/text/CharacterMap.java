package dev.oar.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * The compiled character map of SentencePiece (https://github.com/google/sentencepiece) in a {@code Precompiled} normaliser:
 *
 * <pre>
 * bytes 0 to 3      N, the bytes of the trie, little-endian
 * next N bytes      the trie as a double array: 32-bit units, little-endian
 * the rest          texts in UTF-8, each ended by a zero byte; a leaf's value is the place of its text
 * </pre>
 *
 * The native library follows it without asking whether it leads out of the array, which would end the process.
 */
final class CharacterMap {
    private static final int BYTE = 0xFF;

    private CharacterMap() {}

    /** Whether every path through the map stays within it and ends at a text. */
    static boolean isIntact(byte[] map) {
        if (map.length < Integer.BYTES) {
            return false;
        }
        ByteBuffer bytes = ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN);
        int size = bytes.getInt();
        if (size < Integer.BYTES || size % Integer.BYTES != 0 || size > bytes.remaining()) {
            return false;
        }
        IntBuffer units =
                bytes.slice(Integer.BYTES, size).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        ByteBuffer texts = bytes.slice(Integer.BYTES + size, map.length - Integer.BYTES - size);
        return isText(texts.duplicate()) && staysWithin(units, texts);
    }

    private static boolean isText(ByteBuffer bytes) {
        try {
            var unused = StandardCharsets.UTF_8.newDecoder().decode(bytes);
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Visits every state of the trie once. */
    private static boolean staysWithin(IntBuffer units, ByteBuffer texts) {
        BitSet seen = new BitSet(units.limit());
        Deque<Integer> states = new ArrayDeque<>();
        states.push(offset(units.get(0)));
        while (!states.isEmpty()) {
            int state = states.pop();
            // The unit of every byte is read before its label is looked at.
            if (state < 0 || (state | BYTE) >= units.limit()) {
                return false;
            }
            if (seen.get(state)) {
                continue;
            }
            seen.set(state);
            for (int label = 1; label <= BYTE; label++) {
                int child = state ^ label;
                int unit = units.get(child);
                if ((unit & (1 << 31 | BYTE)) == label) {
                    int next = child ^ offset(unit);
                    boolean leaf = (unit >> 8 & 1) == 1;
                    if (leaf && (next < 0 || next >= units.limit() || !beginsText(texts, units.get(next)))) {
                        return false;
                    }
                    states.push(next);
                }
            }
        }
        return true;
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 1 << 9) >> 6);
    }

    /** Whether a leaf's value is the place of a character. */
    private static boolean beginsText(ByteBuffer texts, int leaf) {
        int place = leaf & Integer.MAX_VALUE;
        // The second and later bytes of a character begin with the bits 10.
        return place == texts.limit() || place < texts.limit() && (texts.get(place) & 0xC0) != 0x80;
    }
}
