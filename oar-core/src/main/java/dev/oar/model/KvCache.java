package dev.oar.model;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Keys and values of a committed sequence, preallocated and written in place, layer by layer.
 *
 * <p>Behind the committed part lies room for the positions of the forward pass under way. {@link #settle} makes the first of them
 * permanent; the rest (peeked candidates) is overwritten by the next pass. An argument of attention, never a field of it.
 */
final class KvCache implements AutoCloseable {
    private final List<Tensor> keys = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();
    private int batch;
    private final int capacity;
    private int length;

    /** Allocates {@code capacity} positions for every layer: {@code [batch, groups, capacity, headWidth]}. */
    KvCache(int layers, int groups, int headWidth, int batch, int capacity, torch.ScalarType type) {
        this(layers, batch, capacity, () -> Tensors.empty(type, batch, groups, capacity, headWidth));
    }

    /**
     * A cache of buffers made by the caller; those that were made are freed if one cannot be.
     *
     * @param buffer makes the keys or values of a layer: {@code [batch, groups, capacity, headWidth]}
     */
    KvCache(int layers, int batch, int capacity, Supplier<Tensor> buffer) {
        this.batch = batch;
        this.capacity = capacity;
        try (TensorScope ignored = TensorScope.open()) {
            for (int layer = 0; layer < layers; layer++) {
                keys.add(TensorScope.retain(buffer.get()));
                values.add(TensorScope.retain(buffer.get()));
            }
        } catch (RuntimeException | Error failure) {
            close();
            throw failure;
        }
    }

    /** The number of layers. */
    int layers() {
        return keys.size();
    }

    /** The number of committed positions. */
    int length() {
        return length;
    }

    /** Writes the keys of a pass behind the committed part and returns all keys that the pass may see. */
    Tensor writeKeys(int layer, Tensor pass) {
        return write(keys.get(layer), pass);
    }

    /** Writes the values of a pass behind the committed part and returns all values that the pass may see. */
    Tensor writeValues(int layer, Tensor pass) {
        return write(values.get(layer), pass);
    }

    /** Makes the next {@code positions} behind the committed part permanent. */
    void settle(int positions) {
        length += positions;
    }

    /**
     * Makes one position of the last pass permanent, another one for every row: it moves to the end of the committed part.
     *
     * @param offsets {@code [batch]} positions counted from the end of the committed part
     */
    void adopt(int[] offsets) {
        if (Arrays.stream(offsets).allMatch(offset -> offset == 0)) {
            // It stands there already, as the only query of a step in a fixed order does.
            length++;
            return;
        }
        try (TensorScope ignored = TensorScope.open()) {
            long[] at = new long[batch];
            for (int row = 0; row < batch; row++) {
                at[row] = (long) length + offsets[row];
            }
            Tensor index = Tensors.of(at, batch, 1, 1, 1);
            for (int layer = 0; layer < keys.size(); layer++) {
                moveToEnd(keys.get(layer), index);
                moveToEnd(values.get(layer), index);
            }
        }
        length++;
    }

    /** The committed keys of a layer: {@code [batch, groups, length, headWidth]}; a view. */
    Tensor committedKeys(int layer) {
        return keys.get(layer).narrow(2, 0, length);
    }

    /** The committed values of a layer: {@code [batch, groups, length, headWidth]}; a view. */
    Tensor committedValues(int layer) {
        return values.get(layer).narrow(2, 0, length);
    }

    /** Shows only the first rows from now on. */
    void keepRows(int rows) {
        batch = rows;
        keys.replaceAll(buffer -> firstRows(buffer, rows));
        values.replaceAll(buffer -> firstRows(buffer, rows));
    }

    /** The first rows of a tensor that has an owner, which they replace. */
    static Tensor firstRows(Tensor owned, int rows) {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor kept = TensorScope.retain(owned.narrow(0, 0, rows));
            TensorScope.release(owned);
            return kept;
        }
    }

    @Override
    public void close() {
        keys.forEach(TensorScope::release);
        values.forEach(TensorScope::release);
        keys.clear();
        values.clear();
    }

    private Tensor write(Tensor buffer, Tensor pass) {
        long positions = pass.size(2);
        if (length + positions > capacity) {
            throw new IllegalStateException("the key-value cache has room for " + capacity + " positions, but "
                    + (length + positions) + " are needed; commit every cell only once");
        }
        var unused = buffer.narrow(2, length, positions).copy_(pass);
        return buffer.narrow(2, 0, length + positions);
    }

    private void moveToEnd(Tensor buffer, Tensor index) {
        Tensor moved = buffer.gather(2, index.expand(batch, buffer.size(1), 1, buffer.size(3)));
        var unused = buffer.narrow(2, length, 1).copy_(moved);
    }
}
