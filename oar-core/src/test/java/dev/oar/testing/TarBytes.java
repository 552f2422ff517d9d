package dev.oar.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Tars made by hand, block by block, so that they can be as wrong as a test needs them. */
public final class TarBytes {
    private static final int BLOCK = 512;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Adds a file. */
    public TarBytes file(String name, byte[] content) {
        return member(name, '0', content);
    }

    /** Adds a file of text. */
    public TarBytes file(String name, String text) {
        return file(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a member of any type. */
    public TarBytes member(String name, char type, byte[] content) {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        block.put(0, name.getBytes(StandardCharsets.UTF_8));
        text(block, 124, String.format(Locale.ROOT, "%011o ", content.length));
        text(block, 148, " ".repeat(8));
        text(block, 156, String.valueOf(type));
        text(block, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte each : block.array()) {
            sum += each & 0xFF;
        }
        text(block, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
        bytes.writeBytes(block.array());
        bytes.writeBytes(content);
        bytes.writeBytes(new byte[Math.floorMod(-content.length, BLOCK)]);
        return this;
    }

    private static void text(ByteBuffer block, int at, String text) {
        block.put(at, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What was added, without an end. */
    public byte[] open() {
        return bytes.toByteArray();
    }

    /** The tar. */
    public byte[] closed() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(open());
        whole.writeBytes(new byte[2 * BLOCK]);
        return whole.toByteArray();
    }
}
