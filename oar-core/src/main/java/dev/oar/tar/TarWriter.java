package dev.oar.tar;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Writes a tar in the format USTAR. Times and owners are 0 and every member is readable by all, so that equal members in equal order make
 * equal bytes.
 */
public final class TarWriter {
    private static final int NAME_BYTES = 100;
    private static final int RECORD = 20 * TarHeader.BLOCK;

    private final WritableByteChannel to;
    private long written;

    /** Writes to a channel, which stays open. */
    public TarWriter(WritableByteChannel to) {
        this.to = to;
    }

    /**
     * Adds a file.
     *
     * @param name up to 100 letters of ASCII
     * @throws IllegalArgumentException if the name is another
     */
    public void add(String name, byte[] content) throws IOException {
        if (name.isEmpty() || name.length() > NAME_BYTES || !name.chars().allMatch(letter -> letter < 128)) {
            throw new IllegalArgumentException("names of members must have 1 to " + NAME_BYTES
                    + " letters of ASCII, but one is '" + name + "'; shorten it");
        }
        write(header(name, content.length));
        write(content);
        write(new byte[Math.floorMod(-content.length, TarHeader.BLOCK)]);
    }

    /** Writes the end of the tar: two blocks of zeros, and more up to a full record of 20 blocks. */
    public void finish() throws IOException {
        write(new byte[2 * TarHeader.BLOCK]);
        write(new byte[(int) Math.floorMod(-written, (long) RECORD)]);
    }

    private static byte[] header(String name, int size) {
        ByteBuffer block = ByteBuffer.allocate(TarHeader.BLOCK);
        put(block, 0, name);
        put(block, 100, "0000444\0");
        put(block, 108, "0000000\0");
        put(block, 116, "0000000\0");
        put(block, 124, String.format(Locale.ROOT, "%011o\0", size));
        put(block, 136, "00000000000\0");
        // The checksum is taken with spaces in its own place.
        put(block, 148, " ".repeat(8));
        put(block, 156, String.valueOf(TarHeader.FILE));
        put(block, 257, "ustar\0" + "00");
        put(block, 329, "0000000\0");
        put(block, 337, "0000000\0");
        int sum = 0;
        for (byte each : block.array()) {
            sum += each & 0xFF;
        }
        put(block, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
        return block.array();
    }

    private static void put(ByteBuffer block, int at, String text) {
        block.put(at, text.getBytes(StandardCharsets.US_ASCII));
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            written += to.write(buffer);
        }
    }
}
