package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The header of an array, as "NEP 1, a simple file format for NumPy arrays" and the documentation of {@code numpy.lib.format} have
 * it.
 *
 * <pre>
 * \x93NUMPY           6 bytes
 * version             2 bytes, major and minor: 1.0, 2.0 or 3.0
 * length              of the text; 2 bytes in version 1.0, else 4; little-endian
 * text                {'descr': '&lt;f8', 'fortran_order': False, 'shape': (3, 4), } with spaces behind it and a line feed;
 *                     UTF-8 in version 3.0, else Latin-1
 * </pre>
 *
 * <p>Texts are written as NumPy 2 writes them: with room for the first size to grow to 21 digits, and spaces up to a multiple of
 * 64 bytes.
 */
final class NumpyHeader {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int NEWEST = 3;
    private static final int PREAMBLE = MAGIC.length + 2;

    /** Plain numbers need some hundred; only version 1.0 has a limit of its own. */
    private static final int LONGEST_TEXT = 0xffff;

    private static final int ALIGNMENT = 64;
    private static final int GROWTH_DIGITS = 21;

    private NumpyHeader() {}

    /** Whether bytes begin an array. */
    static boolean begins(byte[] bytes) {
        return bytes.length >= MAGIC.length && Arrays.equals(Arrays.copyOf(bytes, MAGIC.length), MAGIC);
    }

    /**
     * Reads the header at the beginning of a stream, of which exactly the array's numbers are left then.
     *
     * @param name the array's name
     * @throws CorruptFileException if there is no such header, the array does not hold numbers, or they are more or fewer bytes
     *     than are there
     */
    static NumpyArray read(Damage damage, String name, ZipEntryStream stream) throws IOException {
        byte[] preamble = bytes(stream, PREAMBLE);
        int major = preamble[PREAMBLE - 2] & 0xff;
        int minor = preamble[PREAMBLE - 1] & 0xff;
        if (!begins(preamble)) {
            throw damage.found("array '" + name + "' must begin with NumPy's signature, but does not");
        }
        if (major < 1 || major > NEWEST || minor != 0) {
            throw damage.found("the format of array '" + name + "' must be version 1.0, 2.0 or 3.0, but is " + major
                    + "." + minor);
        }
        ByteBuffer length = ByteBuffer.wrap(bytes(stream, major == 1 ? Short.BYTES : Integer.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        long textBytes = major == 1 ? Short.toUnsignedInt(length.getShort()) : Integer.toUnsignedLong(length.getInt());
        if (textBytes > LONGEST_TEXT || textBytes > stream.remaining()) {
            throw damage.found("the header of array '" + name + "' may have up to "
                    + Math.min(LONGEST_TEXT, stream.remaining()) + " bytes, but claims " + textBytes);
        }
        Charset charset = major == NEWEST ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
        String text = new String(bytes(stream, (int) textBytes), charset);
        NumpyArray array = new NumpyHeaderText(damage, name, text).parse();
        requireBytes(damage, array, stream.remaining());
        return array;
    }

    private static byte[] bytes(ZipEntryStream stream, int count) throws IOException {
        byte[] bytes = new byte[count];
        stream.read(bytes, 0, count);
        return bytes;
    }

    private static void requireBytes(Damage damage, NumpyArray array, long there) throws CorruptFileException {
        long needed;
        try {
            needed = Math.multiplyExact(array.count(), array.type().bytes());
        } catch (ArithmeticException e) {
            throw damage.found(
                    "array '" + array.name() + "' must have fewer than 2^63 bytes, but is of shape " + array.shape(),
                    e);
        }
        if (needed != there) {
            throw damage.found("array '" + array.name() + "' of type " + array.type() + " and shape " + array.shape()
                    + " must have " + needed + " bytes, but has " + there);
        }
    }

    /** The header of a row-major array, from the signature to the line feed. */
    static byte[] write(NumpyType type, List<Long> shape) {
        StringBuilder text =
                new StringBuilder("{'descr': '").append(type).append("', 'fortran_order': False, 'shape': (");
        for (int i = 0; i < shape.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(shape.get(i));
        }
        text.append(shape.size() == 1 ? ",), }" : "), }");
        int growth =
                shape.isEmpty() ? 0 : GROWTH_DIGITS - shape.get(0).toString().length();
        int before = PREAMBLE + Short.BYTES + text.length() + growth + 1;
        text.append(" ".repeat(growth + ALIGNMENT - before % ALIGNMENT)).append('\n');
        return ByteBuffer.allocate(PREAMBLE + Short.BYTES + text.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) text.length())
                .put(text.toString().getBytes(StandardCharsets.ISO_8859_1))
                .array();
    }
}
