package dev.oar.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Files of numbers as NumPy writes them. */
public final class NumpyFiles {
    private NumpyFiles() {}

    /** Writes 64-bit numbers of a shape, and the folders around the file. */
    public static void write(Path file, long[] values, int... shape) throws IOException {
        String sizes = Arrays.toString(shape).replace("[", "(").replace("]", shape.length == 1 ? ",)" : ")");
        String header = "{'descr': '<i8', 'fortran_order': False, 'shape': " + sizes + ", }";
        header = header + " ".repeat(63 - (10 + header.length()) % 64) + "\n";
        ByteBuffer bytes = ByteBuffer.allocate(10 + header.length() + 8 * values.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) header.length())
                .put(header.getBytes(StandardCharsets.US_ASCII));
        Arrays.stream(values).forEach(bytes::putLong);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, bytes.array());
    }
}
