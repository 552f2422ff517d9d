package dev.oar.checkpoint;

import dev.oar.file.AtomicFile;
import dev.oar.file.CorruptFileException;
import dev.oar.tensor.MappedFile;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * A safetensors file, the public exchange format of weights (https://github.com/huggingface/safetensors).
 *
 * <p>The file, field by field; all numbers are little-endian:
 *
 * <pre>
 * bytes 0 to 7      N, the length of the header, an unsigned 64-bit number from 2 to 100,000,000
 * next N bytes      the header: one JSON object in UTF-8 that begins with '{'; white space may follow it
 * the rest          the elements of all tensors, row-major, without hole or overlap
 *
 * header            {"__metadata__": {KEY: TEXT, ...},       optional
 *                    NAME: {"dtype":        TYPE,            one of the types below
 *                           "shape":        [SIZE, ...],     0 to 64 sizes of 0 or more; none for a single number
 *                           "data_offsets": [BEGIN, END]},   bytes, counted from the end of the header
 *                    ...}
 *
 * TYPE              F64 I64 U64 (8 bytes), F32 I32 U32 (4), F16 BF16 I16 U16 (2), F8_E4M3 F8_E5M2 I8 U8 BOOL (1);
 *                   BOOL is 0 or 1
 * </pre>
 *
 * <p>END - BEGIN must be the product of the shape times the bytes of the type, and the tensors together must fill the file.
 * All of this is checked when the file is opened, before anything is allocated; only the values of BOOL are checked when they
 * are read. {@link #write} pads the header with spaces to a multiple of 8 and puts wide types first, so that every tensor
 * begins at a multiple of its element size; files of others that do not are read all the same.
 *
 * <p>An instance holds the header only, no open file; it may be shared between threads.
 */
public final class Safetensors implements WeightFile {
    /** The one header key that names no tensor. */
    static final String METADATA_KEY = "__metadata__";

    /** Truth values of mapped tensors are checked in pieces, since a byte buffer ends at 2 GiB. */
    private static final int PIECE = 1 << 26;

    /**
     * One tensor of the file.
     *
     * @param type element type as the format spells it, such as {@code F32}
     * @param shape sizes
     * @param begin first byte, counted from the end of the header
     * @param end byte behind the last
     */
    public record Entry(String type, long[] shape, long begin, long end) implements TensorEntry {}

    private final Path path;
    private final SafetensorsHeader header;
    private final StoredElements elements;

    private Safetensors(Path path, SafetensorsHeader header) {
        this.path = path;
        this.header = header;
        this.elements = new StoredElements(path, header.fileSize());
    }

    /**
     * Reads and checks the header; tensor data stay on disk.
     *
     * @throws CorruptFileException if the file breaks a rule of the format
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    public static Safetensors open(Path path) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new CorruptFileException(path + " must be a safetensors file, but is "
                    + (Files.isDirectory(path) ? "a directory" : "no regular file") + "; name the file itself");
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new Safetensors(path, SafetensorsHeader.read(path, channel::read, channel.size()));
        }
    }

    @Override
    public Path path() {
        return path;
    }

    /** The names of all tensors in the order of the header. */
    @Override
    public Set<String> names() {
        return header.entries().keySet();
    }

    /** The free text of the header. */
    @Override
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * Type, shape and place of a tensor.
     *
     * @throws CorruptFileException if there is none of this name
     */
    @Override
    public Entry entry(String name) throws CorruptFileException {
        Entry entry = header.entries().get(name);
        if (entry == null) {
            throw new CorruptFileException(path + " must hold a tensor named '" + name + "', but holds "
                    + names().size() + " others, such as "
                    + Damage.line(names().stream().limit(3).toList().toString())
                    + "; check that it is the file you mean");
        }
        return entry;
    }

    /**
     * The bytes of a tensor, mapped read-only and not copied, little-endian. The mapping lasts as long as the buffer is
     * reachable; the file must not be shortened meanwhile.
     *
     * @throws IllegalArgumentException if it has 2 GiB or more; map pieces of it then
     */
    public ByteBuffer map(String name) throws IOException {
        Entry entry = entry(name);
        long length = entry.end() - entry.begin();
        if (length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a tensor can be mapped in one piece below 2 GiB, but '" + name
                    + "' has " + length + " bytes; map it in pieces by offset and length");
        }
        return map(name, 0, (int) length);
    }

    /**
     * Some bytes of a tensor, as {@link #map(String)} does for all.
     *
     * @param offset first byte within the tensor
     * @param length how many
     */
    public ByteBuffer map(String name, long offset, int length) throws IOException {
        long position = position(name, offset, length);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            elements.requireUnshortened(channel);
            return channel.map(FileChannel.MapMode.READ_ONLY, position, length).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /**
     * Copies some bytes of a tensor out of the file, which reads those and no others.
     *
     * @param offset first byte within the tensor
     * @param target is filled with as many bytes as it has room for, little-endian
     * @throws CorruptFileException if the file has been shortened since it was opened
     */
    public void read(String name, long offset, ByteBuffer target) throws IOException {
        long position = position(name, offset, target.remaining());
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            elements.requireUnshortened(channel);
            ByteSource source = channel::read;
            source.readFully(path, target, position);
        }
    }

    /** Where bytes of a tensor begin in the file. */
    private long position(String name, long offset, int length) throws CorruptFileException {
        Entry entry = entry(name);
        long bytes = entry.end() - entry.begin();
        if (offset < 0 || length < 0 || length > bytes - offset) {
            throw new IllegalArgumentException("a piece of a tensor must lie within it, but '" + name + "' has " + bytes
                    + " bytes and " + length + " from " + offset + " were asked for; stay within it");
        }
        return header.dataStart() + entry.begin() + offset;
    }

    /**
     * A copy of a tensor of any size in the innermost scope.
     *
     * @throws CorruptFileException if there is none of this name, or the file has been shortened since it was opened
     */
    @Override
    public Tensor read(String name) throws IOException {
        Entry entry = entry(name);
        ElementType type = ElementType.valueOf(entry.type());
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return elements.read(channel, header.dataStart() + entry.begin(), type, name, entry.shape());
        }
    }

    /** All tensors of a file as weights of their own, in the order of the header. */
    public static Weights weights(Path path) throws IOException {
        return open(path).weights();
    }

    /**
     * All tensors of a file as weights that look into the file, in the order of the header: nothing is copied, pages are fetched
     * when they are first touched, and they are given back when the weights are closed and no other tensor looks into the file.
     * Writing to a tensor changes its own copy of the page, never the file. A tensor that does not begin at a multiple of its
     * element size is copied.
     *
     * <p>The size of the file is checked here. Nobody may shorten it while a tensor that looks into it lives: reading behind the
     * end of a mapped file kills the process.
     *
     * @throws CorruptFileException if the file breaks a rule of the format
     */
    public static Weights mapped(Path path) throws IOException {
        return open(path).mapped();
    }

    @Override
    public Weights mapped() throws IOException {
        try (TensorScope ignored = TensorScope.open()) {
            return Weights.owning(viewed());
        }
    }

    /** All tensors in the innermost scope, those that can be looking into the file. */
    Map<String, Tensor> viewed() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            elements.requireUnshortened(channel);
        }
        Tensor file = MappedFile.bytes(path, header.fileSize());
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : names()) {
            tensors.put(name, viewed(file, name));
        }
        return tensors;
    }

    private Tensor viewed(Tensor file, String name) throws IOException {
        Entry entry = entry(name);
        ElementType type = ElementType.valueOf(entry.type());
        long begin = header.dataStart() + entry.begin();
        if (entry.begin() == entry.end() || begin % type.bytes() != 0) {
            return read(name);
        }
        Tensor tensor = MappedFile.view(file, begin, type.scalarType(), entry.shape());
        long bytes = type == ElementType.BOOL ? tensor.nbytes() : 0;
        for (long done = 0; done < bytes; done += PIECE) {
            elements.requireTruthValues(name, Tensors.memory(tensor, done, (int) Math.min(PIECE, bytes - done)));
        }
        return tensor;
    }

    /**
     * Writes a file in one piece: under its final name it is complete or as it was before.
     *
     * @param tensors by name, in the order {@link #names()} will give them back; on any device, of any layout
     * @param metadata free text for the header, may be empty
     * @throws IllegalArgumentException if the format has no name for a tensor's element type
     * @throws IOException if writing fails
     */
    public static void write(Path path, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter(tensors, metadata);
        AtomicFile.write(path, writer::writeTo);
    }
}
