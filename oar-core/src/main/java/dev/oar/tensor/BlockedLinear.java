package dev.oar.tensor;

import java.util.Arrays;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Weights in float32 or bfloat16, prepacked by oneDNN in the blocks that its kernels read. A GPU reads weights as they are; where oneDNN
 * has no kernel for the CPU, or one that multiplies wrongly, LibTorch's own product takes its place, with equal results but for
 * rounding.
 */
final class BlockedLinear implements PackedLinear {
    private static final Logger LOG = LoggerFactory.getLogger(BlockedLinear.class);

    /** The place among the arguments of oneDNN's layer of the numbers that a fused activation would take. */
    private static final int SCALARS = 4;

    /** So many rows tell whether a packing is right. */
    private static final int CHECKED_ROWS = 2;

    /** How much products may differ by the sequence of their sums, as a fraction of the largest; in float32 and in bfloat16. */
    private static final double ROUNDING = 1e-3;

    private static final double HALF_ROUNDING = 3e-2;

    private final torch.ScalarType type;
    private final Tensor weight;
    private final @Nullable Tensor bias;
    private final @Nullable Operator operator;
    private final @Nullable GenericList noScalars;

    private BlockedLinear(torch.ScalarType type, Tensor weight, @Nullable Tensor bias, @Nullable Operator operator) {
        this.type = type;
        this.weight = TensorScope.retain(weight);
        this.bias = bias == null ? null : TensorScope.retain(bias);
        this.operator = operator;
        this.noScalars = operator == null ? null : operator.emptyList(SCALARS);
    }

    static BlockedLinear of(Tensor weight, @Nullable Tensor bias, torch.ScalarType type) {
        Tensor typed = weight.to(type);
        Tensor typedBias = bias == null ? null : bias.to(type);
        if (!weight.is_cpu()) {
            return new BlockedLinear(type, typed, typedBias, null);
        }
        if (torch.hasMKLDNN() && Blocks.of(type)) {
            try (Operator reorder = Operator.named("mkldnn::_reorder_linear_weight")) {
                Tensor packed = reorder.call(new IValue(typed), new IValue());
                BlockedLinear blocked =
                        new BlockedLinear(type, packed, typedBias, Operator.named("mkldnn::_linear_pointwise"));
                if (Device.CPU.compute(() -> Precision.withoutAutocast(() -> blocked.isRight(typed)))) {
                    return blocked;
                }
                blocked.close();
                LOG.debug(
                        "oneDNN multiplies wrongly with prepacked {} of shape {}",
                        type,
                        Arrays.toString(weight.shape()));
            }
        }
        return new BlockedLinear(type, typed.is_alias_of(weight) ? weight.clone() : typed, typedBias, null);
    }

    /**
     * Whether prepacked weights multiply as the weights themselves do. oneDNN 3.7 pads float32 weights whose outputs are no multiple of
     * 64, and on some CPUs silently loses weights by that.
     */
    private boolean isRight(Tensor plain) {
        if (plain.numel() == 0) {
            return true;
        }
        Tensor input = Tensors.normal(1, CHECKED_ROWS, plain.size(1)).to(type);
        Tensor expected = bias == null ? Operations.linear(input, plain) : Operations.linear(input, plain, bias);
        double difference = product(input).sub(expected).abs().max().item_double();
        double largest = expected.abs().max().item_double();
        return difference <= (type == torch.ScalarType.Float ? ROUNDING : HALF_ROUNDING) * largest;
    }

    /** Whether oneDNN has kernels here; asked once, since it says no by an exception that walks the native stack. */
    private static final class Blocks {
        private static final boolean BFLOAT16 = has(torch.ScalarType.BFloat16);
        private static final boolean FLOAT32 = has(torch.ScalarType.Float);

        static boolean of(torch.ScalarType type) {
            return type == torch.ScalarType.BFloat16 ? BFLOAT16 : FLOAT32;
        }

        private static boolean has(torch.ScalarType type) {
            try (TensorScope ignored = TensorScope.open();
                    Operator reorder = Operator.named("mkldnn::_reorder_linear_weight")) {
                Tensor weight = Device.CPU.compute(
                        () -> Tensors.zeros(torch.ScalarType.Float, 16, 16).to(type));
                var unused = Tensors.withoutGradient(() -> reorder.call(new IValue(weight), new IValue()));
                return true;
            } catch (RuntimeException e) {
                LOG.debug("oneDNN cannot prepack weights in {} on this CPU: {}", type, e.getMessage());
                return false;
            }
        }
    }

    @Override
    public Tensor apply(Tensor input) {
        return type == torch.ScalarType.Float
                ? product(input)
                : product(input.to(type)).to(torch.ScalarType.Float);
    }

    private Tensor product(Tensor input) {
        if (operator == null || noScalars == null) {
            return bias == null ? Operations.linear(input, weight) : Operations.linear(input, weight, bias);
        }
        return operator.call(
                new IValue(input),
                new IValue(weight),
                bias == null ? new IValue() : new IValue(bias),
                new IValue("none"),
                new IValue(noScalars),
                new IValue(""));
    }

    @Override
    public void close() {
        TensorScope.release(weight);
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
