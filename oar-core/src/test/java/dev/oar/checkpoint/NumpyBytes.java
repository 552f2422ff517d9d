package dev.oar.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Arrays and archives as NumPy lays them out, for tests. */
public final class NumpyBytes {
    private NumpyBytes() {}

    /** An array of version 1.0, padded to a multiple of 64 bytes. */
    public static byte[] array(String descr, boolean fortranOrder, String shape, byte[] numbers) {
        String text = "{'descr': '" + descr + "', 'fortran_order': " + (fortranOrder ? "True" : "False") + ", 'shape': "
                + shape + ", }";
        return array(1, padded(text, 10), numbers);
    }

    /** An array whose header has this text. */
    static byte[] array(int major, String text, byte[] numbers) {
        byte[] encoded = text.getBytes(major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        ByteBuffer bytes = ByteBuffer.allocate((major == 1 ? 10 : 12) + encoded.length + numbers.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) major, 0});
        if (major == 1) {
            bytes.putShort((short) encoded.length);
        } else {
            bytes.putInt(encoded.length);
        }
        return bytes.put(encoded).put(numbers).array();
    }

    /** Spaces and a line feed, so that what is behind the header begins at a multiple of 64 bytes. */
    static String padded(String text, int preamble) {
        return text + " ".repeat(63 - (preamble + text.length()) % 64) + "\n";
    }

    /** Float64 in little-endian order. */
    public static byte[] doubles(double... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(numbers);
        return bytes.array();
    }

    /** An archive of arrays, each entry stored or deflated. */
    public static byte[] archive(Map<String, byte[]> arrays, int method) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        arrays.forEach((name, bytes) -> entries.put(name + ".npy", bytes));
        return PyTorchContainers.zip(entries, method);
    }
}
