package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads NumPy's archives of arrays: {@code .npz}, a zip file with an entry {@code NAME.npy} per array, stored or deflated, of any
 * size. A single {@code .npy} is an archive of one array named {@code arr_0}, which is what NumPy calls the first one without a
 * name.
 *
 * <p>Arrays of numbers are read; arrays of objects are pickles and are refused, since reading them as NumPy does runs whatever
 * they name. Every size is checked against the file before memory is taken. Entries that are no arrays are passed over. Reading
 * is safe from several threads.
 */
public final class NumpyArchive implements AutoCloseable {
    private static final String ENDING = ".npy";
    private static final String SINGLE = "arr_0";
    private static final String FORMAT = "NumPy archive";

    /** A multiple of the bytes of every type. */
    private static final int PIECE = 1 << 16;

    private static final int SIGNATURE = 6;
    private static final int MOST_NAMED = 20;

    private final Damage damage;
    private final FileChannel channel;
    private final Map<String, ZipDirectory.Entry> arrays;

    private NumpyArchive(Damage damage, FileChannel channel, Map<String, ZipDirectory.Entry> arrays) {
        this.damage = damage;
        this.channel = channel;
        this.arrays = arrays;
    }

    /**
     * Opens an archive; nothing but its directory is read.
     *
     * @throws CorruptFileException if it is neither a zip file of stored and deflated entries nor a single array
     * @throws IOException if there is no such file
     */
    public static NumpyArchive open(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new IOException("there is no file of NumPy arrays at " + path + "; correct the path");
        }
        Damage damage = new Damage(path, FORMAT);
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new NumpyArchive(damage, channel, arrays(damage, channel));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static Map<String, ZipDirectory.Entry> arrays(Damage damage, FileChannel channel) throws IOException {
        long size = channel.size();
        byte[] signature = new byte[(int) Math.min(SIGNATURE, size)];
        ByteSource source = channel::read;
        source.readFully(damage.path(), ByteBuffer.wrap(signature), 0);
        if (NumpyHeader.begins(signature)) {
            return Map.of(SINGLE, ZipDirectory.Entry.ofFile(size));
        }
        if (FileMagic.of(channel) != FileMagic.ZIP) {
            throw damage.found("it must begin as a zip file or as a NumPy array, but begins with '"
                    + FileMagic.shown(channel) + "'");
        }
        Map<String, ZipDirectory.Entry> arrays = new LinkedHashMap<>();
        ZipDirectory.readDeflatedToo(damage, source, size).forEach((name, entry) -> {
            if (name.endsWith(ENDING)) {
                arrays.put(name.substring(0, name.length() - ENDING.length()), entry);
            }
        });
        return Collections.unmodifiableMap(arrays);
    }

    /** The file. */
    public Path path() {
        return damage.path();
    }

    /** The names of the arrays in the order of the file. */
    public Set<String> names() {
        return arrays.keySet();
    }

    /**
     * What the header of an array says; its numbers are not read.
     *
     * @throws CorruptFileException if there is no array of this name, it holds no numbers, or other bytes than its shape needs
     */
    public NumpyArray array(String name) throws IOException {
        try (ZipEntryStream stream = stream(name)) {
            return NumpyHeader.read(damage, name, stream);
        }
    }

    /**
     * As {@link #array(String)}, for an array that must have so many axes.
     *
     * @throws CorruptFileException as there, and if it has more or fewer
     */
    public NumpyArray array(String name, int axes) throws IOException {
        NumpyArray array = array(name);
        if (array.shape().size() != axes) {
            throw new CorruptFileException("array '" + Damage.line(name) + "' of " + path() + " must have " + axes
                    + (axes == 1 ? " axis" : " axes") + ", but is of shape " + array.shape() + "; name another file");
        }
        return array;
    }

    /**
     * All numbers of an array in row-major order, whatever their type and their order in the file.
     *
     * @param most the largest count that is read
     * @throws CorruptFileException if there is no such array of numbers, it holds more, it is column-major with more than two
     *     axes, or it is damaged
     */
    public double[] doubles(String name, int most) throws IOException {
        try (ZipEntryStream stream = stream(name)) {
            NumpyArray array = NumpyHeader.read(damage, name, stream);
            if (array.count() > most) {
                throw new CorruptFileException("array '" + Damage.line(name) + "' of " + path() + " may hold up to "
                        + most + " numbers, but is of shape " + array.shape() + "; name another file");
            }
            boolean transposed = array.columnMajor() && array.shape().size() > 1;
            if (transposed && array.shape().size() > 2) {
                throw columnMajor(array);
            }
            double[] values = new double[Math.toIntExact(array.count())];
            read(stream, array.type(), values);
            return transposed ? transposed(array, values) : values;
        }
    }

    private static void read(ZipEntryStream stream, NumpyType type, double[] values) throws IOException {
        byte[] piece = new byte[(int) Math.min(PIECE, stream.remaining())];
        int at = 0;
        while (at < values.length) {
            int bytes = (int) Math.min(piece.length, stream.remaining());
            stream.read(piece, 0, bytes);
            ByteBuffer buffer = ByteBuffer.wrap(piece, 0, bytes).order(type.order());
            while (buffer.hasRemaining()) {
                values[at++] = type.next(buffer);
            }
        }
    }

    private static double[] transposed(NumpyArray array, double[] values) {
        if (values.length == 0) {
            return values;
        }
        int rows = Math.toIntExact(array.shape().get(0));
        int columns = values.length / rows;
        double[] rowMajor = new double[values.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                rowMajor[row * columns + column] = values[column * rows + row];
            }
        }
        return rowMajor;
    }

    /**
     * The rows of an array, to be read one at a time; close them before the archive.
     *
     * @throws CorruptFileException if there is no such array of numbers, it is a single number, or it is column-major, so that
     *     its rows do not lie together
     */
    public NumpyRows rows(String name) throws IOException {
        ZipEntryStream stream = stream(name);
        try {
            NumpyArray array = NumpyHeader.read(damage, name, stream);
            if (array.shape().isEmpty()) {
                throw new CorruptFileException("array '" + Damage.line(name) + "' of " + path()
                        + " must have rows, but is a single number; name another file");
            }
            if (array.columnMajor() && array.shape().size() > 1) {
                throw columnMajor(array);
            }
            return new NumpyRows(stream, array);
        } catch (IOException | RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    private CorruptFileException columnMajor(NumpyArray array) {
        return new CorruptFileException("array '" + Damage.line(array.name()) + "' of " + path()
                + " must be row-major, but is stored in Fortran's order; save numpy.ascontiguousarray of it");
    }

    private ZipEntryStream stream(String name) throws CorruptFileException {
        ZipDirectory.Entry entry = arrays.get(name);
        if (entry == null) {
            String names =
                    String.join(", ", arrays.keySet().stream().limit(MOST_NAMED).toList());
            throw new CorruptFileException(path() + " must hold an array '" + name + "', but holds "
                    + (names.isEmpty() ? "no arrays" : Damage.line(names))
                    + (arrays.size() > MOST_NAMED ? " and " + (arrays.size() - MOST_NAMED) + " more" : "")
                    + "; name another file");
        }
        return new ZipEntryStream(damage, channel::read, name, entry);
    }

    /** Closes the file; rows can no longer be read. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
