package dev.oar.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/** What a file of weights is by its first bytes; the name of a file says nothing. */
enum FileMagic {
    /** A zip file, in which PyTorch keeps weights. */
    ZIP,
    /** A pickle, with which the older files of PyTorch begin. */
    PICKLE,
    /** A length of 8 bytes, whose upper ones are 0, and a brace. */
    SAFETENSORS,
    /** A text that begins with a brace. */
    JSON,
    /** Something else. */
    UNKNOWN;

    private static final int BYTES = 24;
    private static final int NEWEST_PROTOCOL = 5;

    /** Looks at the first bytes of an open file. */
    static FileMagic of(FileChannel channel) throws IOException {
        byte[] bytes = first(channel);
        if (begins(bytes, 'P', 'K')) {
            return ZIP;
        }
        if (bytes.length > Long.BYTES && bytes[Long.BYTES] == '{' && bytes[Long.BYTES - 1] == 0) {
            return SAFETENSORS;
        }
        if (bytes.length > 1 && (bytes[0] & 0xff) == 0x80 && bytes[1] >= 0 && bytes[1] <= NEWEST_PROTOCOL) {
            return PICKLE;
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (text.stripLeading().startsWith("{")) {
            return JSON;
        }
        // The oldest pickles begin with any instruction; these are a global, a mark, and an empty list or dictionary.
        return text.matches("(?s)(?:c[\\w.]+\\n|\\([\\p{Alpha}(\\])}]|[\\]}]q).*") ? PICKLE : UNKNOWN;
    }

    /** The first bytes as text for an error. */
    static String shown(FileChannel channel) throws IOException {
        return new String(first(channel), StandardCharsets.ISO_8859_1).replaceAll("[^\\x20-\\x7e]", "?");
    }

    private static byte[] first(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(BYTES, channel.size()));
        long position = 0;
        for (int read = 0; bytes.hasRemaining() && read >= 0; position += read) {
            read = channel.read(bytes, position);
        }
        byte[] whole = new byte[bytes.position()];
        bytes.flip().get(whole);
        return whole;
    }

    private static boolean begins(byte[] bytes, int first, int second) {
        return bytes.length > 1 && bytes[0] == first && bytes[1] == second;
    }
}
