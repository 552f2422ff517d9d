package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;
import java.io.IOException;

/**
 * The rows of an array, read one at a time: what stands at one index of its first axis, in the bytes of the file. The array may
 * be larger than memory.
 *
 * <p>Rows of a stored array are read at their place. Those of a deflated one are best read in order; to skip some inflates them,
 * and to go back begins anew. When all rows have been read in order, the archive's checksum is compared. Calls from several
 * threads wait for one another.
 */
public final class NumpyRows implements AutoCloseable {
    private final ZipEntryStream stream;
    private final long begin;
    private final long rowBytes;
    private final long count;

    /** Rows of a stream whose header has been read. */
    NumpyRows(ZipEntryStream stream, NumpyArray array) {
        this.stream = stream;
        this.begin = stream.position();
        this.count = array.shape().get(0);
        this.rowBytes = count == 0 ? 0 : stream.remaining() / count;
    }

    /** The number of rows. */
    public long count() {
        return count;
    }

    /** Bytes of one row; 0 if there is none. */
    public long rowBytes() {
        return rowBytes;
    }

    /**
     * Reads a row into an array of its size.
     *
     * @throws CorruptFileException if the archive is damaged or was cut off
     * @throws IllegalArgumentException if there is no such row, or the array has another size
     */
    public synchronized void read(long row, byte[] target) throws IOException {
        if (row < 0 || row >= count || target.length != rowBytes) {
            throw new IllegalArgumentException(
                    "there are rows 0 to " + (count - 1) + " of " + rowBytes + " bytes, but row " + row
                            + " is to be read into " + target.length + " bytes; ask for one of them");
        }
        stream.seek(begin + row * rowBytes);
        stream.read(target, 0, target.length);
    }

    /** Frees what inflating needs; the archive stays open. */
    @Override
    public synchronized void close() {
        stream.close();
    }
}
