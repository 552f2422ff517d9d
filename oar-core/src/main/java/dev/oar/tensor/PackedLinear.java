package dev.oar.tensor;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer whose weights are prepacked: rearranged once, for inference alone, into the form that the kernels of its format read.
 * Later changes of the weights are not seen, and no gradients are recorded. What a row of the input gives does not depend on the
 * rows beside it.
 */
sealed interface PackedLinear extends AutoCloseable permits BlockedLinear, Float16Linear, Int8Linear {
    /**
     * Prepacks weights.
     *
     * @param weight {@code [outputs, inputs]}, float32; stays the caller's
     * @param bias {@code [outputs]}, or null
     * @throws IllegalArgumentException if the weights are of another type, or this LibTorch has no kernels for the format
     */
    static PackedLinear of(Tensor weight, @Nullable Tensor bias, WeightFormat format) {
        if (weight.scalar_type().intern() != torch.ScalarType.Float || weight.dim() != 2) {
            throw new IllegalArgumentException(
                    "weights that are prepacked for inference must be a float32 matrix, but are "
                            + weight.scalar_type() + " of shape " + Arrays.toString(weight.shape())
                            + "; convert them, or draw with the model itself");
        }
        try (TensorScope ignored = TensorScope.open()) {
            Tensor detached = weight.detach();
            Tensor detachedBias = bias == null ? null : bias.detach();
            return Tensors.withoutGradient(() -> switch (format) {
                case FLOAT32 -> BlockedLinear.of(detached, detachedBias, torch.ScalarType.Float);
                case BFLOAT16 -> BlockedLinear.of(detached, detachedBias, torch.ScalarType.BFloat16);
                case FLOAT16 -> new Float16Linear(detached, detachedBias);
                case INT8 -> new Int8Linear(detached, detachedBias);
            });
        }
    }

    /**
     * Applies the layer.
     *
     * @param input {@code [..., inputs]}, float32
     * @return {@code [..., outputs]}, float32
     */
    Tensor apply(Tensor input);

    @Override
    void close();
}
