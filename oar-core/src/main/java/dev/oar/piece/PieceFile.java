package dev.oar.piece;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.file.CorruptFileException;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;

/**
 * The file of one piece: {@code FINGERPRINT-NUMBER.safetensors} with the tensors of the piece. Its metadata key {@code piece} is its name, and
 * {@code content} a SHA-256 over names, shapes and bytes of all tensors, so that what was cut short or exchanged is never taken.
 */
public final class PieceFile {
    private static final String PIECE = "piece";
    private static final String CONTENT = "content";
    private static final int SHORT = 16;

    private final Safetensors file;

    private PieceFile(Safetensors file) {
        this.file = file;
    }

    /** The name of the file of a piece. */
    public static String name(PieceJob job, int number) {
        return String.format(
                Locale.ROOT, "%s-%05d.safetensors", job.fingerprint().substring(0, SHORT), number);
    }

    /**
     * Makes a piece and writes its file; equal pieces make equal files.
     *
     * @throws IOException if making or writing fails; there is no file then
     */
    public static void write(Path path, PieceJob job, PieceWork work, int number) throws IOException {
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = work.make(number);
            Fingerprint.Accumulator content = new Fingerprint.Accumulator();
            for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
                add(content, tensor.getKey(), tensor.getValue().shape(), Tensors.memory(tensor.getValue()));
            }
            Safetensors.write(
                    path,
                    tensors,
                    new TreeMap<>(Map.of(PIECE, job.fingerprint() + "-" + number, CONTENT, content.fingerprint())));
        }
    }

    /**
     * Opens the file of a piece and reads it through.
     *
     * @throws CorruptFileException if it is another piece's, cut short or changed
     */
    public static PieceFile open(Path path, PieceJob job, int number) throws IOException {
        Safetensors file = Safetensors.open(path);
        if (!(job.fingerprint() + "-" + number).equals(file.metadata().get(PIECE))) {
            throw new CorruptFileException(path + " must be piece " + number + " of the job "
                    + job.fingerprint().substring(0, SHORT) + ", but says that it is "
                    + file.metadata().get(PIECE) + "; delete it, and it is made again");
        }
        Fingerprint.Accumulator content = new Fingerprint.Accumulator();
        for (String name : file.names()) {
            add(content, name, file.entry(name).shape(), file.map(name));
        }
        if (!content.fingerprint().equals(file.metadata().get(CONTENT))) {
            throw new CorruptFileException(
                    path + " is damaged, as the fingerprint in it shows; delete it, and it is made again");
        }
        return new PieceFile(file);
    }

    private static void add(Fingerprint.Accumulator content, String name, long[] shape, ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        content.add(name).add(Arrays.toString(shape)).add(copy);
    }

    /** Where it lies. */
    public Path path() {
        return file.path();
    }

    /** Whether it has a tensor of this name. */
    public boolean has(String name) {
        return file.names().contains(name);
    }

    /**
     * The rows of an int32 tensor of two dimensions.
     *
     * @throws CorruptFileException if there is none of this width
     */
    public int[][] ints(String name, int width) throws IOException {
        int[][] rows = new int[rows(name, "I32", width)][width];
        ByteBuffer bytes = bytes(name);
        for (int[] row : rows) {
            bytes.asIntBuffer().get(row);
            bytes.position(bytes.position() + width * Integer.BYTES);
        }
        return rows;
    }

    /**
     * The rows of a float32 tensor of two dimensions, one after the other.
     *
     * @throws CorruptFileException if there is none of this width
     */
    public float[] floats(String name, int width) throws IOException {
        float[] values = new float[rows(name, "F32", width) * width];
        bytes(name).asFloatBuffer().get(values);
        return values;
    }

    /**
     * The rows of a uint8 tensor of two dimensions.
     *
     * @throws CorruptFileException if there is none of this width
     */
    public byte[][] bytes(String name, int width) throws IOException {
        byte[][] rows = new byte[rows(name, "U8", width)][width];
        ByteBuffer bytes = bytes(name);
        for (byte[] row : rows) {
            bytes.get(row);
        }
        return rows;
    }

    private ByteBuffer bytes(String name) throws IOException {
        return file.map(name).order(ByteOrder.LITTLE_ENDIAN);
    }

    private int rows(String name, String type, int width) throws CorruptFileException {
        Safetensors.Entry entry = file.entry(name);
        if (!entry.type().equals(type) || entry.shape().length != 2 || entry.shape()[1] != width) {
            throw new CorruptFileException("'" + name + "' of " + path() + " must be " + type + " [rows, " + width
                    + "], but is " + entry.type() + " " + Arrays.toString(entry.shape())
                    + "; delete it, and it is made again");
        }
        return (int) entry.shape()[0];
    }
}
