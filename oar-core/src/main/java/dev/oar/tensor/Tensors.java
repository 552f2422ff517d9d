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
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
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

    /**
     * Rows of a table.
     *
     * @param table {@code [count, width]}
     * @param rows any shape, int64 in [0, count)
     * @return the shape of {@code rows} with {@code width} appended
     */
    public static Tensor embedding(Tensor table, Tensor rows) {
        return table.is_meta() ? WithoutValues.embedding(table, rows) : torch.embedding(table, rows);
    }

    /** Root-mean-square normalisation over the last dimension, scaled by {@code weight: [width]}. */
    public static Tensor rmsNorm(Tensor input, Tensor weight, double epsilon) {
        return torch.rms_norm(
                input, new long[] {weight.size(0)}, new TensorOptional(weight), new DoubleOptional(epsilon));
    }

    /** Layer normalisation over the last dimension, scaled by {@code weight: [width]} and shifted by {@code bias: [width]}. */
    public static Tensor layerNorm(Tensor input, Tensor weight, Tensor bias, double epsilon) {
        if (input.is_meta()) {
            return WithoutValues.layerNorm(input).mul(weight).add(bias);
        }
        return layerNorm(input, new TensorOptional(weight), new TensorOptional(bias), epsilon);
    }

    /** Layer normalisation over the last dimension, neither scaled nor shifted. */
    public static Tensor layerNorm(Tensor input, double epsilon) {
        if (input.is_meta()) {
            return WithoutValues.layerNorm(input);
        }
        return layerNorm(input, new TensorOptional(), new TensorOptional(), epsilon);
    }

    /**
     * A mask in the form that attention adds to its scores: 0 where a query may look, minus infinity elsewhere. LibTorch makes it of a
     * bool mask itself, but anew in every layer.
     *
     * @param visible bool
     * @param type that of the queries
     */
    public static Tensor additive(Tensor visible, torch.ScalarType type) {
        if (visible.is_meta()) {
            return visible;
        }
        return torch.zeros_like(visible)
                .to(type)
                .masked_fill(visible.logical_not(), new Scalar(Double.NEGATIVE_INFINITY));
    }

    /**
     * Scaled dot-product attention without dropout inside; {@code mask} is a bool tensor, true where a query may look, or one made
     * {@link #additive}.
     *
     * @param query {@code [batch, heads, queries, headWidth]}
     * @param key {@code [batch, heads, keys, headWidth]}
     * @param value {@code [batch, heads, keys, headWidth]}
     */
    public static Tensor attention(Tensor query, Tensor key, Tensor value, Tensor mask) {
        if (query.is_meta()) {
            return WithoutValues.attention(query, key, value, mask);
        }
        return torch.scaled_dot_product_attention(
                query, key, value, new TensorOptional(mask), 0.0, false, new DoubleOptional(), false);
    }

    /** Causal scaled dot-product attention of a sequence to itself; shapes as for the masked form. */
    public static Tensor causalAttention(Tensor query, Tensor key, Tensor value) {
        return causalAttention(query, key, value, 0);
    }

    /**
     * Causal scaled dot-product attention of a sequence to itself, in which each of a query's weights is dropped with probability
     * {@code dropout} in [0, 1) (by LibTorch's default generator); shapes as for the masked form.
     */
    public static Tensor causalAttention(Tensor query, Tensor key, Tensor value, double dropout) {
        if (query.is_meta()) {
            return WithoutValues.attention(query, key, value);
        }
        return torch.scaled_dot_product_attention(
                query, key, value, new TensorOptional(), dropout, true, new DoubleOptional(), false);
    }

    /** Scaled dot-product attention in which every query sees every key; shapes as for the masked form. */
    public static Tensor fullAttention(Tensor query, Tensor key, Tensor value) {
        if (query.is_meta()) {
            return WithoutValues.attention(query, key, value);
        }
        return torch.scaled_dot_product_attention(query, key, value);
    }

    /**
     * A two-dimensional convolution with square stride and padding.
     *
     * @param input {@code [batch, inputs, height, width]}
     * @param weight {@code [outputs, inputs, side, side]}
     * @param bias {@code [outputs]}
     */
    public static Tensor conv2d(Tensor input, Tensor weight, Tensor bias, long stride, long padding) {
        return Convolution.apply(input, weight, bias, stride, padding, padding);
    }

    /**
     * A 1 x 1 convolution: one linear map per pixel. Where no gradient is recorded it is a matrix product per image.
     *
     * @param input {@code [batch, inputs, height, width]}
     * @param weight {@code [outputs, inputs, 1, 1]}
     * @param bias {@code [outputs]}
     */
    public static Tensor pointwise(Tensor input, Tensor weight, Tensor bias) {
        return Convolution.pointwise(input, weight, bias);
    }

    /**
     * A two-dimensional convolution without bias, with square stride.
     *
     * @param input {@code [batch, inputs, height, width]}
     * @param weight {@code [outputs, inputs, rows, columns]}
     * @param paddingRows zeros above and below
     * @param paddingColumns zeros left and right
     */
    public static Tensor conv2d(Tensor input, Tensor weight, long stride, long paddingRows, long paddingColumns) {
        return Convolution.apply(input, weight, null, stride, paddingRows, paddingColumns);
    }

    /** The mean over squares of {@code side} pixels of {@code [batch, channels, height, width]}; padding does not count. */
    public static Tensor averagePool(Tensor input, long side, long stride, long padding) {
        return torch.avg_pool2d(
                input,
                new long[] {side, side},
                new long[] {stride, stride},
                new long[] {padding, padding},
                false,
                false,
                new LongOptional());
    }

    /** The largest value in squares of {@code side} pixels of {@code [batch, channels, height, width]}. */
    public static Tensor maxPool(Tensor input, long side, long stride, long padding) {
        return torch.max_pool2d(
                input,
                new long[] {side, side},
                new long[] {stride, stride},
                new long[] {padding, padding},
                new long[] {1, 1},
                false);
    }

    /**
     * Batch normalisation by statistics gathered before; all but the input have shape {@code [channels]}.
     *
     * @param input {@code [batch, channels, height, width]}
     */
    public static Tensor batchNorm(
            Tensor input, Tensor weight, Tensor bias, Tensor mean, Tensor variance, double epsilon) {
        return torch.batch_norm(
                input,
                new TensorOptional(weight),
                new TensorOptional(bias),
                new TensorOptional(mean),
                new TensorOptional(variance),
                false,
                0,
                epsilon,
                false);
    }

    /** Group normalisation over channels of {@code input: [batch, channels, height, width]}. */
    public static Tensor groupNorm(Tensor input, long groups, Tensor weight, Tensor bias, double epsilon) {
        if (input.is_meta()) {
            return WithoutValues.layerNorm(input).mul(weight.view(-1, 1, 1)).add(bias.view(-1, 1, 1));
        }
        return torch.group_norm(input, groups, new TensorOptional(weight), new TensorOptional(bias), epsilon, false);
    }

    /** A linear layer without bias. */
    public static Tensor linear(Tensor input, Tensor weight) {
        if (weight.is_meta()) {
            WithoutValues.requireTogether(input, weight);
        }
        return torch.linear(input, weight);
    }

    /** A linear layer with bias. */
    public static Tensor linear(Tensor input, Tensor weight, Tensor bias) {
        if (weight.is_meta()) {
            WithoutValues.requireTogether(input, weight, bias);
        }
        return torch.linear(input, weight, new TensorOptional(bias));
    }

    /** Computes without recording gradients. */
    public static <T> T withoutGradient(Supplier<T> body) {
        LibTorch.load();
        try (AutoGradMode ignored = new AutoGradMode(false)) {
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

    private static Tensor layerNorm(Tensor input, TensorOptional weight, TensorOptional bias, double epsilon) {
        long[] normalised = {input.size(input.dim() - 1)};
        return torch.layer_norm(input, normalised, weight, bias, epsilon, false);
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
