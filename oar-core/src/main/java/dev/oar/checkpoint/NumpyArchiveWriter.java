package dev.oar.checkpoint;

import dev.oar.file.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * Writes archives of arrays as {@code numpy.savez} does: stored entries, dated 1980-01-01, with 64-bit sizes where they are
 * needed. Equal arrays give equal bytes. Rows are handed on as they come, so an array may be larger than memory.
 */
public final class NumpyArchiveWriter {
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END_64 = 0x06064b50;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int LOCAL_BYTES = 30;
    private static final int CENTRAL_BYTES = 46;
    private static final int CHECKSUM_PLACE = 14;

    /** A version of the format that has 64-bit sizes: 4.5. */
    private static final short VERSION = 45;

    /** The upper byte of the version that made an entry: attributes are those of Unix. */
    private static final int UNIX = 3 << 8;

    /** Readable and writable by its owner, in the upper half of an entry's attributes. */
    private static final int OWNERS_FILE = 0600 << 16;

    /** The first day that the format can tell: year 1980 is 0, in the upper 7 bits; month and day are 1. */
    private static final short FIRST_DAY = (1 << 5) | 1;

    /** From here on sizes and places stand in the 64-bit records, as Python has it; some readers take 32 bits as signed. */
    private static final long LARGEST = Integer.MAX_VALUE;

    private static final long MOST_ENTRIES = 0xffff;
    private static final int PIECE = 1 << 16;
    private static final Pattern NAME = Pattern.compile("\\w{1,100}");

    /** Hands arrays to a writer. */
    @FunctionalInterface
    public interface Arrangement {
        /** Writes every array of the archive. */
        void writeTo(NumpyArchiveWriter archive) throws IOException;
    }

    /** The rows of an array of bytes. */
    @FunctionalInterface
    public interface Rows {
        /** A row; asked for in order, and used before the next is asked for, so the array may be the same each time. */
        byte[] row(int index) throws IOException;
    }

    private final FileChannel channel;
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private final Set<String> names = new HashSet<>();

    private NumpyArchiveWriter(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Writes an archive under {@link AtomicFile}'s promise: complete or not at all. It takes the place of an equal file alone.
     *
     * @throws IOException if writing fails or another file is there, or what {@code arrays} throws
     */
    public static void write(Path target, Arrangement arrays) throws IOException {
        try {
            AtomicFile.writeOnce(target, channel -> write(channel, arrays));
        } catch (FailedRow e) {
            throw e.getCause();
        }
    }

    /** Writes an archive at a channel's position, which counts as a place in the file. */
    static void write(FileChannel channel, Arrangement arrays) throws IOException {
        NumpyArchiveWriter writer = new NumpyArchiveWriter(channel);
        arrays.writeTo(writer);
        writer.writeDirectory();
    }

    /** Where rows come from failed, which says nothing about the file that is written. */
    private static final class FailedRow extends UncheckedIOException {
        private static final long serialVersionUID = 1L;

        FailedRow(IOException cause) {
            super(cause);
        }
    }

    /**
     * Adds an array of unsigned bytes, such as pixels {@code [images, height, width, 3]}.
     *
     * @param rows what stands at each index of the first axis, in row-major order
     * @throws IllegalArgumentException if the name is taken or not made of letters, digits and underscores, the shape is not of
     *     positive sizes below 2^31, or a row is of another size
     */
    public void unsignedBytes(String name, Rows rows, int... shape) throws IOException {
        int rowBytes = rowBytes(shape);
        write(name, NumpyType.UNSIGNED_BYTE, shape, bytes -> {
            for (int row = 0; row < shape[0]; row++) {
                byte[] content = row(rows, row);
                if (content.length != rowBytes) {
                    throw new IllegalArgumentException("array '" + name + "' of shape " + Arrays.toString(shape)
                            + " needs rows of " + rowBytes + " bytes, but row " + row + " has " + content.length
                            + "; give rows of one size");
                }
                bytes.put(ByteBuffer.wrap(content));
            }
        });
    }

    private static byte[] row(Rows rows, int index) {
        try {
            return rows.row(index);
        } catch (IOException e) {
            throw new FailedRow(e);
        }
    }

    private static int rowBytes(int... shape) {
        long bytes = shape.length == 0 ? 0 : boundedProduct(Arrays.copyOfRange(shape, 1, shape.length));
        if (bytes < 1 || bytes > Integer.MAX_VALUE || shape[0] < 1) {
            throw new IllegalArgumentException(
                    "an array of rows needs sizes of at least 1 and rows of less than 2^31 bytes,"
                            + " but its shape is " + Arrays.toString(shape) + "; give another shape");
        }
        return (int) bytes;
    }

    /**
     * Adds an array of int64.
     *
     * @param values in row-major order, as many as the shape has
     * @throws IllegalArgumentException if they are more or fewer, or the name is taken or wrong
     */
    public void longs(String name, long[] values, int... shape) throws IOException {
        requireCount(name, values.length, shape);
        write(name, NumpyType.LONG, shape, bytes -> {
            for (int from = 0; from < values.length; from += PIECE) {
                int count = Math.min(PIECE, values.length - from);
                ByteBuffer piece = little(count * Long.BYTES);
                piece.asLongBuffer().put(values, from, count);
                bytes.put(piece);
            }
        });
    }

    /**
     * Adds an array of float64.
     *
     * @param values in row-major order, as many as the shape has
     * @throws IllegalArgumentException if they are more or fewer, or the name is taken or wrong
     */
    public void doubles(String name, double[] values, int... shape) throws IOException {
        requireCount(name, values.length, shape);
        write(name, NumpyType.DOUBLE, shape, bytes -> {
            for (int from = 0; from < values.length; from += PIECE) {
                int count = Math.min(PIECE, values.length - from);
                ByteBuffer piece = little(count * Double.BYTES);
                piece.asDoubleBuffer().put(values, from, count);
                bytes.put(piece);
            }
        });
    }

    private static void requireCount(String name, int count, int... shape) {
        long needed = boundedProduct(shape);
        if (needed != count || Arrays.stream(shape).anyMatch(size -> size < 0)) {
            throw new IllegalArgumentException("array '" + name + "' of shape " + Arrays.toString(shape)
                    + " needs as many values as its shape has, but " + count + " were given; correct either");
        }
    }

    /** The product of sizes, or 2^31 if it is larger; negative sizes count as 0. */
    private static long boundedProduct(int... sizes) {
        return Arrays.stream(sizes)
                .asLongStream()
                .reduce(1, (product, size) -> Math.min(product * Math.max(0, size), 1L << 31));
    }

    @FunctionalInterface
    private interface Values {
        void writeTo(Sink bytes) throws IOException;
    }

    @FunctionalInterface
    private interface Sink {
        void put(ByteBuffer bytes) throws IOException;
    }

    private void write(String name, NumpyType type, int[] shape, Values values) throws IOException {
        if (!NAME.matcher(name).matches() || !names.add(name)) {
            throw new IllegalArgumentException("an array needs a name of its own of 1 to 100 letters, digits and"
                    + " underscores, but '" + name + "' is not or is taken; choose another");
        }
        byte[] header = NumpyHeader.write(
                type, Arrays.stream(shape).asLongStream().boxed().toList());
        long count = Arrays.stream(shape).asLongStream().reduce(1, (product, axis) -> product * axis);
        long size = header.length + type.bytes() * count;
        byte[] file = (name + ".npy").getBytes(StandardCharsets.US_ASCII);
        long begin = channel.position();
        CRC32 checksum = new CRC32();
        writeLocal(file, size);
        // The checksum is known at the end, so it is filled in then.
        ChecksumChannel content = new ChecksumChannel(channel, checksum);
        writeFully(content, ByteBuffer.wrap(header));
        values.writeTo(bytes -> writeFully(content, bytes));
        ByteBuffer filledIn = little(Integer.BYTES).putInt(0, (int) checksum.getValue());
        for (long at = begin + CHECKSUM_PLACE; filledIn.hasRemaining(); ) {
            at += channel.write(filledIn, at);
        }
        list(file, size, begin, (int) checksum.getValue());
    }

    /** The header in front of an entry, always with 64-bit sizes. */
    private void writeLocal(byte[] file, long size) throws IOException {
        ByteBuffer local = little(LOCAL_BYTES + file.length + 4 + 2 * Long.BYTES);
        local.putInt(LOCAL).putShort(VERSION).putShort((short) 0).putShort((short) 0);
        local.putShort((short) 0).putShort(FIRST_DAY).putInt(0).putInt(-1).putInt(-1);
        local.putShort((short) file.length)
                .putShort((short) (4 + 2 * Long.BYTES))
                .put(file);
        local.putShort((short) 1)
                .putShort((short) (2 * Long.BYTES))
                .putLong(size)
                .putLong(size);
        writeFully(channel, local.flip());
    }

    /** Adds an entry to the directory, with those numbers in 64 bits that need them. */
    private void list(byte[] file, long size, long begin, int checksum) {
        ByteBuffer wide = little(4 + 3 * Long.BYTES).position(4);
        if (size > LARGEST) {
            wide.putLong(size).putLong(size);
        }
        if (begin > LARGEST) {
            wide.putLong(begin);
        }
        int wideBytes = wide.position() == 4 ? 0 : wide.position();
        wide.putShort(0, (short) 1).putShort(2, (short) (wide.position() - 4));
        ByteBuffer entry = little(CENTRAL_BYTES + file.length + wideBytes);
        entry.putInt(CENTRAL)
                .putShort((short) (UNIX | VERSION))
                .putShort(VERSION)
                .putShort((short) 0);
        entry.putShort((short) 0).putShort((short) 0).putShort(FIRST_DAY).putInt(checksum);
        entry.putInt(narrow(size)).putInt(narrow(size));
        entry.putShort((short) file.length).putShort((short) wideBytes).putShort((short) 0);
        entry.putShort((short) 0).putShort((short) 0).putInt(OWNERS_FILE).putInt(narrow(begin));
        entry.put(file).put(wide.array(), 0, wideBytes);
        directory.writeBytes(entry.array());
    }

    private void writeDirectory() throws IOException {
        long begin = channel.position();
        writeFully(channel, ByteBuffer.wrap(directory.toByteArray()));
        int count = names.size();
        if (begin > LARGEST || count > MOST_ENTRIES) {
            long end = channel.position();
            ByteBuffer wide = little(56 + 20);
            wide.putInt(END_64)
                    .putLong(44)
                    .putShort(VERSION)
                    .putShort(VERSION)
                    .putInt(0)
                    .putInt(0);
            wide.putLong(count).putLong(count).putLong(directory.size()).putLong(begin);
            wide.putInt(LOCATOR_64).putInt(0).putLong(end).putInt(1);
            writeFully(channel, wide.flip());
        }
        short entries = (short) Math.min(count, MOST_ENTRIES);
        ByteBuffer end = little(22);
        end.putInt(END).putInt(0).putShort(entries).putShort(entries);
        end.putInt(directory.size()).putInt(narrow(begin)).putShort((short) 0);
        writeFully(channel, end.flip());
    }

    /** A number in 32 bits, or the mark that it stands elsewhere. */
    private static int narrow(long number) {
        return number > LARGEST ? -1 : (int) number;
    }

    private static void writeFully(WritableByteChannel target, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            target.write(bytes);
        }
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
