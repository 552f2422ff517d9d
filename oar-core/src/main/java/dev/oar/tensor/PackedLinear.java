package dev.oar.tensor;

import java.util.Arrays;
import java.util.Objects;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A linear layer whose weights are laid out once, for inference alone: by oneDNN in the blocks that its kernels read (float32,
 * bfloat16), or as 8-bit integers. Later changes of the weights are not seen, and no gradients are recorded.
 *
 * <p>On a GPU weights are kept as they are, in the type of the format. Where oneDNN has no kernel for the processor, LibTorch's own product takes its place, with equal results but for rounding.
 */
final class PackedLinear implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PackedLinear.class);
    private static final double INT8_RANGE = 127;

    /** The place among the arguments of oneDNN's layer of the numbers that a fused activation would take. */
    private static final int SCALARS = 4;

    private final WeightFormat format;
    private final Tensor weight;
    private final @Nullable Tensor scales;
    private final @Nullable Tensor bias;
    private final @Nullable Operator operator;
    private final @Nullable GenericList noScalars;

    private PackedLinear(
            WeightFormat format,
            Tensor weight,
            @Nullable Tensor scales,
            @Nullable Tensor bias,
            @Nullable Operator operator) {
        this.format = format;
        this.weight = TensorScope.retain(weight);
        this.scales = scales == null ? null : TensorScope.retain(scales);
        this.bias = bias == null ? null : TensorScope.retain(bias);
        this.operator = operator;
        this.noScalars = operator == null || scales != null ? null : operator.emptyList(SCALARS);
    }

    /**
     * Lays out weights.
     *
     * @param weight {@code [outputs, inputs]}, float32; stays the caller's
     * @param bias {@code [outputs]}, or null
     * @throws IllegalArgumentException if the weights are of another type
     */
    static PackedLinear of(Tensor weight, @Nullable Tensor bias, WeightFormat format) {
        if (weight.scalar_type().intern() != torch.ScalarType.Float || weight.dim() != 2) {
            throw new IllegalArgumentException(
                    "weights that are laid out for inference must be a float32 matrix, but are "
                            + weight.scalar_type() + " of shape " + Arrays.toString(weight.shape())
                            + "; convert them, or draw with the model itself");
        }
        try (TensorScope ignored = TensorScope.open()) {
            return Tensors.withoutGradient(() -> switch (format) {
                case FLOAT32 -> blocked(weight.detach(), bias, format);
                case BFLOAT16 ->
                    blocked(
                            weight.detach().to(torch.ScalarType.BFloat16),
                            bias == null ? null : bias.detach().to(torch.ScalarType.BFloat16),
                            format);
                case INT8 -> quantised(weight.detach(), bias);
            });
        }
    }

    private static PackedLinear blocked(Tensor weight, @Nullable Tensor bias, WeightFormat format) {
        if (!weight.is_cpu()) {
            // A GPU reads weights as they are.
            return new PackedLinear(format, weight, null, bias, null);
        }
        if (torch.hasMKLDNN()) {
            try (Operator reorder = Operator.named("mkldnn::_reorder_linear_weight")) {
                Tensor packed = reorder.call(new IValue(weight), new IValue());
                return new PackedLinear(format, packed, null, bias, Operator.named("mkldnn::_linear_pointwise"));
            } catch (RuntimeException e) {
                LOG.debug("oneDNN cannot lay out weights in {} on this processor", format, e);
            }
        }
        return new PackedLinear(format, weight.clone(), null, bias, null);
    }

    /** Symmetrical, with one scale per output; scales are rounded to bfloat16 first, so that they lose nothing afterwards. */
    private static PackedLinear quantised(Tensor weight, @Nullable Tensor bias) {
        Tensor largest = weight.abs().amax(new long[] {1}, true).clamp_min(new Scalar(1e-12));
        Tensor scales = largest.div(new Scalar(INT8_RANGE)).to(torch.ScalarType.BFloat16);
        Tensor integers = weight.div(scales.to(torch.ScalarType.Float))
                .round()
                .clamp(new ScalarOptional(new Scalar(-INT8_RANGE)), new ScalarOptional(new Scalar(INT8_RANGE)))
                .to(torch.ScalarType.Char);
        return new PackedLinear(
                WeightFormat.INT8, integers, scales.flatten(), bias, Operator.named("aten::_weight_int8pack_mm"));
    }

    /**
     * Applies the layer.
     *
     * @param input {@code [..., inputs]}, float32
     * @return {@code [..., outputs]}, float32
     */
    Tensor apply(Tensor input) {
        return switch (format) {
            case FLOAT32 -> product(input);
            case BFLOAT16 -> product(input.to(torch.ScalarType.BFloat16)).to(torch.ScalarType.Float);
            case INT8 -> integerProduct(input);
        };
    }

    private Tensor product(Tensor input) {
        if (operator == null || noScalars == null) {
            return bias == null ? Tensors.linear(input, weight) : Tensors.linear(input, weight, bias);
        }
        return operator.call(
                new IValue(input),
                new IValue(weight),
                bias == null ? new IValue() : new IValue(bias),
                new IValue("none"),
                new IValue(noScalars),
                new IValue(""));
    }

    private Tensor integerProduct(Tensor input) {
        long[] shape = input.shape();
        shape[shape.length - 1] = weight.size(0);
        Tensor rows = input.reshape(-1, weight.size(1)).to(torch.ScalarType.BFloat16);
        Tensor product = Objects.requireNonNull(operator)
                .call(new IValue(rows), new IValue(weight), new IValue(Objects.requireNonNull(scales)))
                .to(torch.ScalarType.Float)
                .view(shape);
        return bias == null ? product : product.add(bias);
    }

    @Override
    public void close() {
        TensorScope.release(weight);
        if (scales != null) {
            TensorScope.release(scales);
        }
        if (bias != null) {
            TensorScope.release(bias);
        }
        if (noScalars != null) {
            noScalars.releaseReference();
        }
        if (operator != null) {
            operator.close();
        }
    }
}
