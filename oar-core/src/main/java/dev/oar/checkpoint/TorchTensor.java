package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;
import dev.oar.tensor.TensorScope;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * How a tensor looks into its storage: element {@code (i, j, ...)} stands at {@code offset + i * strides[0] + j * strides[1] +
 * ...}. Tensors may share a storage, skip elements of it and, where a stride is 0, repeat them.
 *
 * @param storage where its elements stand
 * @param type element type; it differs from the storage's only where that is bytes
 * @param offset first element
 * @param shape sizes
 * @param strides elements between neighbours, as many as sizes, none negative
 */
record TorchTensor(TorchStorage storage, ElementType type, long offset, long[] shape, long[] strides)
        implements PickleValue.Foreign {
    private static final int MOST_DIMENSIONS = 64;

    /**
     * A tensor that lies in its storage.
     *
     * @throws CorruptFileException if it does not, or its sizes and strides do not make sense
     */
    static TorchTensor of(
            Damage damage, TorchStorage storage, ElementType type, long offset, long[] shape, long[] strides)
            throws CorruptFileException {
        TorchTensor tensor = new TorchTensor(storage, type, offset, shape, strides);
        boolean negative = offset < 0
                || Arrays.stream(shape).anyMatch(size -> size < 0)
                || Arrays.stream(strides).anyMatch(stride -> stride < 0);
        if (negative || shape.length != strides.length || shape.length > MOST_DIMENSIONS) {
            throw damage.found(tensor.description() + " must have at most " + MOST_DIMENSIONS
                    + " sizes, as many strides, and no negative number among them");
        }
        try {
            tensor.requirePlace(damage);
        } catch (ArithmeticException e) {
            throw damage.found(tensor.description() + " must have less than 2^63 bytes, but has more", e);
        }
        return tensor;
    }

    /** How many elements it has. */
    long elements() {
        return Arrays.stream(shape).reduce(1, (product, size) -> product * size);
    }

    /** How many elements of the storage lie from its first to its last, both included. */
    long extent() {
        if (elements() == 0) {
            return 0;
        }
        long last = 0;
        for (int i = 0; i < shape.length; i++) {
            last += (shape[i] - 1) * strides[i];
        }
        return last + 1;
    }

    /**
     * A contiguous copy in the innermost scope.
     *
     * @param position first byte of the storage in the file
     * @param name for errors
     */
    Tensor read(StoredElements file, FileChannel channel, long position, String name) throws IOException {
        long begin = position + offset * type.bytes();
        if (contiguous()) {
            return file.read(channel, begin, type, name, shape);
        }
        try (TensorScope scope = TensorScope.open()) {
            Tensor region = file.read(channel, begin, type, name, extent());
            return scope.keep(
                    region.as_strided(shape, strides, new LongOptional(0)).contiguous());
        }
    }

    /** Whether its elements stand one after the other in row-major order. */
    private boolean contiguous() {
        long expected = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            if (shape[i] != 1 && strides[i] != expected) {
                return elements() == 0;
            }
            expected *= shape[i];
        }
        return true;
    }

    private void requirePlace(Damage damage) throws CorruptFileException {
        long bytes = type.bytes();
        long last = 0;
        for (int i = 0; i < shape.length; i++) {
            // Even where one size is 0, the product of the others must not overflow: LibTorch computes strides by it.
            bytes = Math.multiplyExact(bytes, Math.max(1, shape[i]));
            last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape[i] - 1), strides[i]));
        }
        long behind = elements() == 0 ? offset : Math.addExact(Math.addExact(offset, last), 1);
        if (Math.multiplyExact(behind, type.bytes()) > storage.bytes()) {
            throw damage.found(description() + " must lie in its storage '" + storage.key() + "' of " + storage.bytes()
                    + " bytes, but reaches to element " + behind);
        }
    }

    private String description() {
        return "a tensor of type " + type + ", shape " + Arrays.toString(shape) + ", strides "
                + Arrays.toString(strides) + " and offset " + offset;
    }
}
