package dev.oar.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** WebP files: small ones from resources, and others put together from their chunks (RFC 9649). */
final class WebpFiles {
    /** The sizes of the pictures in the resources. */
    static final int WIDTH = 39;

    static final int HEIGHT = 27;

    private WebpFiles() {}

    /** The bytes of a file in the resources. */
    static byte[] resource(String name) throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(WebpFiles.class.getResourceAsStream("/images/" + name), name)) {
            return stream.readAllBytes();
        }
    }

    /** A file of chunks. */
    static byte[] file(byte[]... chunks) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes("WEBP".getBytes(StandardCharsets.US_ASCII));
        for (byte[] chunk : chunks) {
            content.writeBytes(chunk);
        }
        return chunk("RIFF", content.toByteArray());
    }

    /** A chunk, of even length. */
    static byte[] chunk(String name, byte[] content) {
        return ByteBuffer.allocate(8 + content.length + (content.length & 1))
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .putInt(content.length)
                .put(content)
                .array();
    }

    /** The chunk that begins an extended file. */
    static byte[] extended(int flags, int width, int height) {
        byte[] content = new byte[10];
        content[0] = (byte) flags;
        threeBytes(content, 4, width - 1);
        threeBytes(content, 7, height - 1);
        return chunk("VP8X", content);
    }

    /** A picture of an animation; its place must be even. */
    static byte[] frame(int left, int top, int width, int height, byte[] picture) {
        byte[] content = Arrays.copyOf(new byte[16], 16 + picture.length);
        threeBytes(content, 0, left / 2);
        threeBytes(content, 3, top / 2);
        threeBytes(content, 6, width - 1);
        threeBytes(content, 9, height - 1);
        System.arraycopy(picture, 0, content, 16, picture.length);
        return chunk("ANMF", content);
    }

    /** What a simple file holds behind its header: one chunk. */
    static byte[] picture(byte[] file) {
        return Arrays.copyOfRange(file, 12, file.length);
    }

    private static void threeBytes(byte[] into, int at, int value) {
        into[at] = (byte) value;
        into[at + 1] = (byte) (value >> 8);
        into[at + 2] = (byte) (value >> 16);
    }
}
