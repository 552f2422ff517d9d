package dev.oar.data;

import dev.oar.checkpoint.Safetensors;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The rows of an int32 tensor of a shard. A row is read out of the file when it is asked for, and neither kept nor mapped: what a process holds
 * does not grow with the rows, and a file that is cut short or cannot be read meanwhile is an error and not the end of the process. Reading
 * is safe from several threads.
 */
final class ShardRows {
    private static final int BYTES_PER_PIECE = 1 << 20;

    private final Path path;
    private final Safetensors file;
    private final String name;
    private final String made;
    private final int count;
    private final int width;

    private ShardRows(Path path, Safetensors file, String name, String made, int count, int width) {
        this.path = path;
        this.file = file;
        this.name = name;
        this.made = made;
        this.count = count;
        this.width = width;
    }

    /**
     * The rows of a tensor, whose type and shape are checked.
     *
     * @param made the command that makes such shards, for errors
     * @param shape whose last size is the width of a row; of a tensor of one size, rows are single numbers
     */
    static ShardRows of(Path path, Safetensors file, String name, String made, int... shape)
            throws CorruptFileException {
        long[] sizes = Arrays.stream(shape).asLongStream().toArray();
        ShardFiles.requireShape(path, file, name, made, sizes);
        int width = shape.length == 1 ? 1 : shape[shape.length - 1];
        int count = Arrays.stream(shape).reduce(1, (product, size) -> Math.multiplyExact(product, size)) / width;
        return new ShardRows(path, file, name, made, count, width);
    }

    /** Looks at a row. */
    @FunctionalInterface
    interface Look {
        /** Returns unless the row is wrong. */
        void at(int number, int[] row) throws CorruptFileException;
    }

    /**
     * A row.
     *
     * @throws UncheckedIOException if it cannot be read
     */
    int[] row(int number) {
        int[] row = new int[width];
        try {
            read(number, row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return row;
    }

    /** The numbers of all rows, one after the other. */
    int[] all() throws IOException {
        int[] all = new int[count * width];
        read(0, all);
        return all;
    }

    /** Looks at all rows, of which a few are in memory at a time. */
    void forEach(Look look) throws IOException {
        int perPiece = Math.max(1, BYTES_PER_PIECE / (Integer.BYTES * width));
        for (int first = 0; first < count; first += perPiece) {
            int[] piece = new int[Math.min(perPiece, count - first) * width];
            read(first, piece);
            for (int i = 0; i < piece.length / width; i++) {
                look.at(first + i, Arrays.copyOfRange(piece, i * width, (i + 1) * width));
            }
        }
    }

    /** Checks that the numbers of a row lie below a bound and are not negative. */
    void requireBelow(int bound, int number, int[] row) throws CorruptFileException {
        for (int i = 0; i < row.length; i++) {
            if (row[i] < 0 || row[i] >= bound) {
                throw new CorruptFileException("'" + name + "' of " + path + " must lie in [0, " + bound
                        + "), but hold " + row[i] + " at place " + ((long) number * width + i) + "; run `" + made
                        + "` again");
            }
        }
    }

    private void read(int first, int[] into) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * into.length);
        file.read(name, (long) Integer.BYTES * width * first, bytes);
        bytes.flip().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(into);
    }
}
