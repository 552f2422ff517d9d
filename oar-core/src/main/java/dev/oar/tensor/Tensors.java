package dev.oar.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Static functions for tensor calls whose raw form is noise: crossing between Java arrays and tensors, and calls that take
 * optionals, vectors or scalars. Everything made here belongs to the innermost {@link TensorScope} and lies on the {@link Device} in
 * force. Arrays are copied to a GPU out of pinned memory, so that nobody waits; reading values back waits for all that the GPU has been
 * told to do before.
 */
public final class Tensors {
    private Tensors() {}

    /** A float32 tensor with these values in row-major order. */
    public static Tensor of(float[] values, long... shape) {
        Device device = Device.inForce();
        Tensor tensor = device.emptyToMove(torch.ScalarType.Float, checked(values.length, shape));
        if (values.length > 0) {
            new FloatPointer(tensor.data_ptr()).put(values);
        }
        return device.moved(tensor);
    }

    /** A float64 tensor with these values in row-major order. */
    public static Tensor of(double[] values, long... shape) {
        Device device = Device.inForce();
        Tensor tensor = device.emptyToMove(torch.ScalarType.Double, checked(values.length, shape));
        if (values.length > 0) {
            new DoublePointer(tensor.data_ptr()).put(values);
        }
        return device.moved(tensor);
    }

    /** An int64 tensor, the type of all indices, with these values in row-major order. */
    public static Tensor of(long[] values, long... shape) {
        Device device = Device.inForce();
        Tensor tensor = device.emptyToMove(torch.ScalarType.Long, checked(values.length, shape));
        if (values.length > 0) {
            new LongPointer(tensor.data_ptr()).put(values);
        }
        return device.moved(tensor);
    }

    /** An int64 tensor, the type of all indices, with these values in row-major order. */
    public static Tensor of(int[] values, long... shape) {
        return of(Arrays.stream(values).asLongStream().toArray(), shape);
    }

    /** An int64 tensor {@code [rows, columns]} from rows of equal length. */
    public static Tensor of(int[][] rows) {
        int columns = rows.length == 0 ? 0 : rows[0].length;
        long[] values = new long[rows.length * columns];
        for (int row = 0; row < rows.length; row++) {
            if (rows[row].length != columns) {
                throw new IllegalArgumentException("all rows must have one length, but row 0 has " + columns
                        + " and row " + row + " has " + rows[row].length + " values");
            }
            for (int column = 0; column < columns; column++) {
                values[row * columns + column] = rows[row][column];
            }
        }
        return of(values, rows.length, columns);
    }

    /** A uint8 tensor with these values in row-major order. */
    public static Tensor of(byte[] values, long... shape) {
        Device device = Device.inForce();
        Tensor tensor = device.emptyToMove(torch.ScalarType.Byte, checked(values.length, shape));
        if (values.length > 0) {
            new BytePointer(tensor.data_ptr()).put(values);
        }
        return device.moved(tensor);
    }

    /** A bool tensor with these values in row-major order. */
    public static Tensor of(boolean[] values, long... shape) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) (values[i] ? 1 : 0);
        }
        return of(bytes, shape).to(torch.ScalarType.Bool);
    }

    /** An uninitialised tensor. */
    public static Tensor empty(torch.ScalarType type, long... shape) {
        return Device.inForce().empty(type, shape);
    }

    /** An uninitialised tensor in main memory, whichever device is in force: for what files are read into. */
    public static Tensor emptyInMainMemory(torch.ScalarType type, long... shape) {
        return Device.CPU.empty(type, shape);
    }

    /** A tensor of zeros. */
    public static Tensor zeros(torch.ScalarType type, long... shape) {
        return empty(type, shape).zero_();
    }

    /** A tensor filled with one value. */
    public static Tensor full(double value, torch.ScalarType type, long... shape) {
        return empty(type, shape).fill_(new Scalar(value));
    }

    /** The int64 numbers {@code start, ..., end - 1}. */
    public static Tensor range(long start, long end) {
        long[] values = new long[Math.toIntExact(end - start)];
        for (int i = 0; i < values.length; i++) {
            values[i] = start + i;
        }
        return of(values, values.length);
    }

    /** Standard normal float32 numbers that are a function of the seed alone, the same on every device. */
    public static Tensor normal(long seed, long... shape) {
        LibTorch.load();
        Generator generator = torch.make_generator_cpu(seed);
        return Device.inForce().moved(torch.randn(shape, new GeneratorOptional(generator)));
    }

    /** Uniform float32 numbers in [low, high) that are a function of the seed alone, the same on every device. */
    public static Tensor uniform(long seed, double low, double high, long... shape) {
        LibTorch.load();
        Generator generator = torch.make_generator_cpu(seed);
        return Device.inForce()
                .moved(torch.rand(shape, new GeneratorOptional(generator)))
                .mul_(new Scalar(high - low))
                .add_(new Scalar(low));
    }

    /** The int64 numbers {@code 0, ..., count - 1} in a random sequence, by LibTorch's default generator for the CPU. */
    public static Tensor permutation(long count) {
        LibTorch.load();
        return Device.inForce().moved(torch.randperm(count));
    }

    /** The values of a floating-point tensor as float32 in row-major order. */
    public static float[] floats(Tensor tensor) {
        Tensor source = host(tensor, torch.ScalarType.Float);
        float[] values = new float[Math.toIntExact(source.numel())];
        if (values.length > 0) {
            new FloatPointer(source.data_ptr()).get(values);
        }
        return values;
    }

    /** The values of a floating-point tensor as float64 in row-major order. */
    public static double[] doubles(Tensor tensor) {
        Tensor source = host(tensor, torch.ScalarType.Double);
        double[] values = new double[Math.toIntExact(source.numel())];
        if (values.length > 0) {
            new DoublePointer(source.data_ptr()).get(values);
        }
        return values;
    }

    /** The values of an integer tensor in row-major order. */
    public static long[] longs(Tensor tensor) {
        Tensor source = host(tensor, torch.ScalarType.Long);
        long[] values = new long[Math.toIntExact(source.numel())];
        if (values.length > 0) {
            new LongPointer(source.data_ptr()).get(values);
        }
        return values;
    }

    /** The values of an integer tensor as 32-bit numbers in row-major order. */
    public static int[] ints(Tensor tensor) {
        Tensor source = host(tensor, torch.ScalarType.Int);
        int[] values = new int[Math.toIntExact(source.numel())];
        if (values.length > 0) {
            new IntPointer(source.data_ptr()).get(values);
        }
        return values;
    }

    /** The values of an integer tensor {@code [rows, columns]} as rows. */
    public static int[][] intRows(Tensor tensor) {
        int rows = Math.toIntExact(tensor.size(0));
        int columns = Math.toIntExact(tensor.size(1));
        int[] values = ints(tensor);
        int[][] result = new int[rows][];
        for (int row = 0; row < rows; row++) {
            result[row] = Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
        }
        return result;
    }

    /** The bytes of a uint8 or bool tensor in row-major order. */
    public static byte[] bytes(Tensor tensor) {
        Tensor source = host(tensor, torch.ScalarType.Byte);
        byte[] values = new byte[Math.toIntExact(source.numel())];
        if (values.length > 0) {
            new BytePointer(source.data_ptr()).get(values);
        }
        return values;
    }

    /** The memory of a contiguous CPU tensor, for readers and writers of files. */
    public static java.nio.ByteBuffer memory(Tensor tensor) {
        if (!tensor.is_contiguous() || !tensor.is_cpu()) {
            throw new IllegalArgumentException(
                    "only a contiguous tensor in main memory has bytes to show, but this one has" + " shape "
                            + Arrays.toString(tensor.shape()) + "; call contiguous() and cpu() first");
        }
        Pointer data = tensor.data_ptr();
        return new BytePointer(data).capacity(tensor.nbytes()).asByteBuffer().order(java.nio.ByteOrder.nativeOrder());
    }

    /**
     * A piece of the memory of a contiguous CPU tensor; tensors may be larger than the 2 GiB a buffer can show.
     *
     * @param offset first byte
     * @param length bytes, at least 1
     */
    public static java.nio.ByteBuffer memory(Tensor tensor, long offset, int length) {
        long bytes = tensor.nbytes();
        if (!tensor.is_contiguous() || !tensor.is_cpu() || offset < 0 || length < 1 || length > bytes - offset) {
            throw new IllegalArgumentException(
                    "a piece of memory must lie within a contiguous tensor in main memory, but "
                            + "bytes " + offset + " to " + (offset + length) + " were asked of shape "
                            + Arrays.toString(tensor.shape()) + " with " + bytes
                            + " bytes; call contiguous() and cpu() first and stay within it");
        }
        return new BytePointer(tensor.data_ptr())
                .position(offset)
                .limit(offset + length)
                .asByteBuffer()
                .order(java.nio.ByteOrder.nativeOrder());
    }

    /** Joins tensors along a dimension. */
    public static Tensor cat(long dimension, Tensor... tensors) {
        return tensors.length == 1 ? tensors[0] : torch.cat(new TensorVector(tensors), dimension);
    }

    /** Joins tensors along a dimension. */
    public static Tensor cat(long dimension, List<Tensor> tensors) {
        return cat(dimension, tensors.toArray(Tensor[]::new));
    }

    /** Stacks tensors of one shape along a new first dimension. */
    public static Tensor stack(List<Tensor> tensors) {
        return torch.stack(new TensorVector(tensors.toArray(Tensor[]::new)), 0);
    }

    /** Computes without recording gradients. */
    public static <T> T withoutGradient(Supplier<T> body) {
        LibTorch.load();
        try (AutoGradMode ignored = new AutoGradMode(false)) {
            return body.get();
        }
    }

    /**
     * Computes without recording gradients, and without what LibTorch keeps of every tensor in case one is recorded later, which takes a
     * fifth of the time of small operations. What is made in it may be read anywhere, but neither changed in place nor trained on
     * outside.
     */
    public static <T> T inference(Supplier<T> body) {
        LibTorch.load();
        try (InferenceMode ignored = new InferenceMode(true)) {
            return body.get();
        }
    }

    /** Runs without recording gradients. */
    public static void runWithoutGradient(Runnable body) {
        LibTorch.load();
        try (AutoGradMode ignored = new AutoGradMode(false)) {
            body.run();
        }
    }

    private static Tensor host(Tensor tensor, torch.ScalarType type) {
        return tensor.detach().to(type).contiguous().cpu();
    }

    private static long[] checked(int values, long... shape) {
        long product = 1;
        for (long size : shape) {
            product = Math.multiplyExact(product, size);
        }
        if (product != values) {
            throw new IllegalArgumentException("a tensor of shape " + Arrays.toString(shape) + " holds " + product
                    + " values, but " + values + " were given");
        }
        return shape;
    }
}
