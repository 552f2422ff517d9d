package dev.oar.checkpoint;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lays tensors out as a safetensors file and writes them.
 *
 * <p>The header lists the tensors in the order of the caller's map; their bytes stand widest element type first, so that each
 * tensor begins at a multiple of its element size. Metadata keys are sorted. So equal input gives equal bytes.
 */
final class SafetensorsWriter {
    /** Tensors are handed to the channel in pieces, since a byte buffer ends at 2 GiB. */
    private static final int PIECE = 1 << 26;

    private static final int ALIGNMENT = 8;
    private static final JsonMapper JSON = new JsonMapper();

    /** A tensor with its name and type. */
    private record Item(String name, Tensor tensor, ElementType type) {}

    private final byte[] header;
    private final List<Item> inFileOrder;

    SafetensorsWriter(Map<String, Tensor> tensors, Map<String, String> metadata) {
        List<Item> items = new ArrayList<>();
        tensors.forEach((name, tensor) -> items.add(item(name, tensor)));
        this.inFileOrder =
                items.stream().sorted(Comparator.comparing(Item::type)).toList();
        this.header = header(items, offsets(inFileOrder), metadata);
    }

    /** Writes header and tensors. */
    void writeTo(WritableByteChannel channel) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        writeFully(channel, length.putLong(header.length).flip());
        writeFully(channel, ByteBuffer.wrap(header));
        for (Item item : inFileOrder) {
            try (TensorScope ignored = TensorScope.open()) {
                Tensor host = item.tensor().detach().cpu().contiguous();
                long bytes = host.nbytes();
                for (long begin = 0; begin < bytes; begin += PIECE) {
                    writeFully(channel, Tensors.memory(host, begin, (int) Math.min(PIECE, bytes - begin)));
                }
            }
        }
    }

    private static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static Item item(String name, Tensor tensor) {
        if (name.equals(Safetensors.METADATA_KEY)) {
            throw new IllegalArgumentException("a tensor must not be named '" + Safetensors.METADATA_KEY
                    + "', which a safetensors file keeps for its metadata; rename it");
        }
        return new Item(name, tensor, ElementType.of(tensor.scalar_type()));
    }

    private static Map<String, long[]> offsets(List<Item> inFileOrder) {
        Map<String, long[]> offsets = new HashMap<>();
        long end = 0;
        for (Item item : inFileOrder) {
            long begin = end;
            end = Math.addExact(begin, item.tensor().nbytes());
            offsets.put(item.name(), new long[] {begin, end});
        }
        return offsets;
    }

    private static byte[] header(List<Item> items, Map<String, long[]> offsets, Map<String, String> metadata) {
        Map<String, @Nullable Object> root = new LinkedHashMap<>();
        if (!metadata.isEmpty()) {
            root.put(Safetensors.METADATA_KEY, new TreeMap<>(metadata));
        }
        for (Item item : items) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("dtype", item.type().name());
            fields.put("shape", item.tensor().shape());
            fields.put("data_offsets", offsets.get(item.name()));
            root.put(item.name(), fields);
        }
        return padded(JSON.writeValueAsBytes(root));
    }

    private static byte[] padded(byte[] json) {
        int length = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        byte[] padded = Arrays.copyOf(json, length);
        Arrays.fill(padded, json.length, length, (byte) ' ');
        return padded;
    }
}
