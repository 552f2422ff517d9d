package dev.oar.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickles instruction by instruction, sensible ones and others. */
final class PickleBytes {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Begins a pickle of protocol 2. */
    static PickleBytes begin() {
        return new PickleBytes().raw(0x80, 2);
    }

    /** Instructions and arguments as they are. */
    PickleBytes raw(int... octets) {
        for (int octet : octets) {
            bytes.write(octet);
        }
        return this;
    }

    /** Instructions and arguments as characters. */
    PickleBytes raw(String characters) {
        bytes.writeBytes(characters.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    PickleBytes text(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        raw('X').little(4, encoded.length);
        bytes.writeBytes(encoded);
        return this;
    }

    PickleBytes whole(long value) {
        return raw(0x8a, 8).little(8, value);
    }

    PickleBytes global(String module, String name) {
        return raw("c" + module + "\n" + name + "\n");
    }

    PickleBytes little(int count, long value) {
        for (int i = 0; i < count; i++) {
            bytes.write((int) (value >>> (8 * i)));
        }
        return this;
    }

    /** A tuple of whole numbers. */
    PickleBytes sizes(long... sizes) {
        raw("(");
        for (long size : sizes) {
            whole(size);
        }
        return raw("t");
    }

    /** A reference to a storage. */
    PickleBytes storage(String storageClass, String key, long count) {
        int dot = storageClass.lastIndexOf('.');
        return raw("(").text("storage")
                .global(storageClass.substring(0, dot), storageClass.substring(dot + 1))
                .text(key)
                .text("cpu")
                .whole(count)
                .raw("tQ");
    }

    /** A tensor of float32. */
    PickleBytes tensor(String key, long count, long offset, long[] shape, long[] strides) {
        return tensor("torch.FloatStorage", key, count, offset, shape, strides);
    }

    PickleBytes tensor(String storageClass, String key, long count, long offset, long[] shape, long[] strides) {
        return global("torch._utils", "_rebuild_tensor_v2")
                .raw("(")
                .storage(storageClass, key, count)
                .whole(offset)
                .sizes(shape)
                .sizes(strides)
                .raw(0x89)
                .raw("NtR");
    }

    /** A row of float32 that is a whole storage. */
    PickleBytes row(String key, long count) {
        return tensor(key, count, 0, new long[] {count}, new long[] {1});
    }

    byte[] end() {
        return raw(".").bytes.toByteArray();
    }

    /** Ends without saying so. */
    byte[] cut() {
        return bytes.toByteArray();
    }

    /** The elements of a storage of float32. */
    static byte[] floats(float... values) {
        ByteBuffer elements = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            elements.putFloat(value);
        }
        return elements.array();
    }
}
