package dev.oar.tensor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/**
 * Linear layers by name, all prepacked in one format when they are first used. Several threads may use them at once; closing is for
 * when none does.
 */
final class PackedLayers implements AutoCloseable {
    private final WeightFormat format;
    private final Map<String, PackedLinear> layers = new ConcurrentHashMap<>();
    private volatile boolean closed;

    PackedLayers(WeightFormat format) {
        this.format = format;
    }

    WeightFormat format() {
        return format;
    }

    /**
     * Applies a layer.
     *
     * @param prepacked makes it
     * @throws IllegalArgumentException if the layers have been closed
     */
    Tensor apply(String name, Supplier<PackedLinear> prepacked, Tensor input) {
        if (closed) {
            throw new IllegalArgumentException(
                    "prepacked layers live no longer than the model they belong to, but it has been closed; close"
                            + " what was packed of a model before the model");
        }
        return layers.computeIfAbsent(name, key -> prepacked.get()).apply(input);
    }

    @Override
    public void close() {
        closed = true;
        layers.values().forEach(PackedLinear::close);
        layers.clear();
    }
}
