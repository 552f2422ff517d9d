package dev.oar.checkpoint;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A safetensors file: eight bytes of header length (little-endian), a JSON header, raw little-endian tensors. */
public final class Safetensors {
    /** The one header key that names no tensor. */
    static final String METADATA_KEY = "__metadata__";

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * One tensor of the file.
     *
     * @param type element type as the format spells it, such as {@code F32}
     * @param shape sizes
     * @param begin first byte, counted from the end of the header
     * @param end byte behind the last
     */
    public record Entry(String type, long[] shape, long begin, long end) {}

    private final Path path;
    private final long dataStart;
    private final Map<String, Entry> entries;
    private final Map<String, String> metadata;

    private Safetensors(Path path, long dataStart, Map<String, Entry> entries, Map<String, String> metadata) {
        this.path = path;
        this.dataStart = dataStart;
        this.entries = entries;
        this.metadata = metadata;
    }

    /** Reads and checks the header; tensor data stay on disk. */
    public static Safetensors open(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            channel.read(length, 0);
            long headerLength = length.flip().getLong();
            if (headerLength < 2 || headerLength > channel.size() - 8 || headerLength > 100_000_000) {
                throw new CorruptFileException(path + " claims a header of " + headerLength + " bytes");
            }
            ByteBuffer header = ByteBuffer.allocate((int) headerLength);
            channel.read(header, 8);
            JsonNode root = JSON.readTree(new String(header.array(), StandardCharsets.UTF_8));
            Map<String, Entry> entries = new LinkedHashMap<>();
            Map<String, String> metadata = new LinkedHashMap<>();
            root.properties().forEach(property -> {
                JsonNode node = property.getValue();
                if (property.getKey().equals(METADATA_KEY)) {
                    node.properties()
                            .forEach(m -> metadata.put(m.getKey(), m.getValue().asString()));
                } else {
                    JsonNode sizes = node.get("shape");
                    long[] shape = new long[sizes.size()];
                    for (int i = 0; i < shape.length; i++) {
                        shape[i] = sizes.get(i).asLong();
                    }
                    JsonNode offsets = node.get("data_offsets");
                    entries.put(
                            property.getKey(),
                            new Entry(
                                    node.get("dtype").asString(),
                                    shape,
                                    offsets.get(0).asLong(),
                                    offsets.get(1).asLong()));
                }
            });
            return new Safetensors(path, 8 + headerLength, entries, metadata);
        }
    }

    /** The names of all tensors. */
    public Set<String> names() {
        return entries.keySet();
    }

    /** The free text of the header. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** Type, shape and place of a tensor. */
    public Entry entry(String name) throws CorruptFileException {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new CorruptFileException(path + " holds no tensor named '" + name + "'; it has " + names());
        }
        return entry;
    }

    /** The bytes of a tensor, mapped read-only, little-endian. */
    public ByteBuffer map(String name) throws IOException {
        Entry entry = entry(name);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, dataStart + entry.begin(), entry.end() - entry.begin())
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** A copy of a tensor in the innermost scope. */
    public Tensor read(String name) throws IOException {
        Entry entry = entry(name);
        torch.ScalarType type = ElementType.named(entry.type())
                .orElseThrow(() -> new CorruptFileException(path + " has unknown type " + entry.type()))
                .scalarType();
        Tensor tensor = Tensors.empty(type, entry.shape());
        if (tensor.nbytes() > 0) {
            Tensors.memory(tensor).put(map(name));
        }
        return tensor;
    }

    /** All tensors of a file as weights of their own. */
    public static Weights weights(Path path) throws IOException {
        Safetensors file = open(path);
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (String name : file.names()) {
                tensors.put(name, file.read(name));
            }
            return Weights.owning(tensors);
        }
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
