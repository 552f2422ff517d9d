package dev.oar.evaluate;

import dev.oar.data.Families;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Takes the features of a set of images row by row: few in an array, many in a file without a name, mapped once it is whole, so that the
 * system keeps of it in memory what it has room for.
 */
final class FeatureRows implements AutoCloseable {
    /** Bytes of features that are kept in an array. */
    private static final long IN_MEMORY = 32L << 20;

    private final int count;
    private final int width;
    private final float[] array;
    private final @Nullable FileChannel file;
    private int rows;

    /**
     * Makes room.
     *
     * @throws IllegalArgumentException if there are more numbers than one buffer holds
     */
    FeatureRows(int count, int width) throws IOException {
        this(count, width, IN_MEMORY);
    }

    /** As {@link #FeatureRows(int, int)}, with another limit of what is kept in an array. */
    FeatureRows(int count, int width, long inMemory) throws IOException {
        long bytes = (long) count * width * Float.BYTES;
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "features of one set may take 2 GiB, but " + count + " images of " + width
                            + " features take " + (bytes >> 20) + " MiB; measure at most "
                            + Integer.MAX_VALUE / Float.BYTES / width + " images");
        }
        this.count = count;
        this.width = width;
        boolean small = bytes <= inMemory;
        this.array = new float[small ? count * width : 0];
        this.file = small ? null : temporary();
    }

    /** Adds rows. */
    void add(float[] values, int from, int added) throws IOException {
        FileChannel channel = file;
        if (channel == null) {
            System.arraycopy(values, from * width, array, rows * width, added * width);
        } else {
            ByteBuffer bytes = ByteBuffer.allocate(added * width * Float.BYTES).order(ByteOrder.nativeOrder());
            bytes.asFloatBuffer().put(values, from * width, added * width);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        rows += added;
    }

    /** The features of all rows. */
    FeatureSet finish(Families families) throws IOException {
        if (rows != count) {
            throw new IllegalStateException(rows + " of " + count + " rows were given");
        }
        FileChannel channel = file;
        FloatBuffer numbers = channel == null
                ? FloatBuffer.wrap(array)
                : channel.map(FileChannel.MapMode.READ_ONLY, 0, (long) count * width * Float.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
        return FeatureSet.of(width, numbers, families);
    }

    /** Closes the file; what was finished stays readable. */
    @Override
    public void close() throws IOException {
        FileChannel channel = file;
        if (channel != null) {
            channel.close();
        }
    }

    /** A file that is gone as soon as nothing looks into it any more. */
    private static FileChannel temporary() throws IOException {
        Path path = Files.createTempFile("oar-features", null);
        return FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }
}
