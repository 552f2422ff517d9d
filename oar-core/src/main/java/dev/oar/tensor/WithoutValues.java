package dev.oar.tensor;

import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Operators on tensors without values ({@link Device#META}) that LibTorch has no kernels for in C++, made of those that it has, with
 * equal shapes and gradients; and the check that all tensors of an operator are on one device, which it leaves out there.
 */
final class WithoutValues {
    private WithoutValues() {}

    /** The rows of a table, see {@link Operations#embedding}. */
    static Tensor embedding(Tensor table, Tensor rows) {
        requireTogether(table, rows);
        long[] shape = Arrays.copyOf(rows.shape(), rows.shape().length + 1);
        shape[shape.length - 1] = table.size(1);
        Tensor index = rows.reshape(-1, 1).expand(rows.numel(), table.size(1));
        return table.gather(0, index).view(shape);
    }

    /** Attention, see {@link Operations#attention}. */
    static Tensor attention(Tensor query, Tensor key, Tensor value, Tensor mask) {
        requireTogether(query, key, value, mask);
        Tensor scores = query.matmul(key.transpose(2, 3));
        Tensor shown = scores.masked_fill(mask.bitwise_not(), new Scalar(Double.NEGATIVE_INFINITY));
        return torch.softmax(shown, -1).matmul(value);
    }

    /** Attention without a mask; a causal one changes no shape. */
    static Tensor attention(Tensor query, Tensor key, Tensor value) {
        requireTogether(query, key, value);
        return torch.softmax(query.matmul(key.transpose(2, 3)), -1).matmul(value);
    }

    /** Normalisation without scale and shift, see {@link Operations#layerNorm}; other groups would give the same shape. */
    static Tensor layerNorm(Tensor input) {
        long[] last = {-1};
        Tensor centred = input.sub(input.mean(last, true, new ScalarTypeOptional()));
        return centred.div(centred.square().mean(last, true, new ScalarTypeOptional()));
    }

    /** A convolution, see {@link Operations#conv2d}; every number of the result depends on all of input and weight. */
    static Tensor convolution(Tensor input, Tensor weight, long stride, long... padding) {
        requireTogether(input, weight);
        long height = (input.size(2) + 2 * padding[0] - weight.size(2)) / stride + 1;
        long width = (input.size(3) + 2 * padding[1] - weight.size(3)) / stride + 1;
        return input.sum().add(weight.sum()).expand(input.size(0), weight.size(0), height, width);
    }

    /**
     * Checks that tensors are on one device.
     *
     * @throws IllegalStateException if they are not
     */
    static void requireTogether(Tensor... tensors) {
        Device first = Device.of(tensors[0]);
        for (Tensor tensor : tensors) {
            if (!Device.of(tensor).equals(first)) {
                throw new IllegalStateException("all tensors of an operation must be on one device, but are on "
                        + first.label() + " and " + Device.of(tensor).label()
                        + "; make them while the device of the model's weights is in force");
            }
        }
    }
}
