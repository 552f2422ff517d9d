package dev.oar.tensor;

import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Weights in 8-bit integers with one scale per output, multiplied by FBGEMM with inputs that are rounded to integers, too.
 *
 * <p>LibTorch's dynamic form of it takes one scale for all rows of the input, so that a row's result would depend on its neighbours, and
 * with them an image on those drawn beside it. Here every row is divided by its own largest number first and rounded on a fixed scale.
 * Inputs have seven bits: CPUs without VNNI add pairs of products in 16 bits, which eight bits overflow without a word.
 */
final class Int8Linear implements PackedLinear {
    private static final double WEIGHT_STEPS = 127;
    private static final double INPUT_STEPS = 63;
    private static final long INPUT_ZERO = 64;
    private static final double SMALLEST = 1e-30;

    private final Operator operator;
    private final IValue weights;
    private final IValue inputScale;
    private final IValue inputZero;
    private final @Nullable Tensor bias;

    Int8Linear(Tensor weight, @Nullable Tensor bias) {
        LibTorch.useFbgemm("int8");
        Tensor largest = weight.abs().amax(new long[] {1}, false).clamp_min(new Scalar(SMALLEST));
        Tensor zeros = Tensors.zeros(torch.ScalarType.Long, weight.size(0));
        Tensor integers = torch.quantize_per_channel(
                weight, largest.div(new Scalar(WEIGHT_STEPS)), zeros, 0, torch.ScalarType.QInt8);
        // What is kept is made last: nobody would free it if something before it failed.
        this.operator = Operator.named("quantized::linear_with_input_q_dq_qweight_dq_output_fp32");
        this.weights = TensorScope.handedOver(operator, unused -> packed(integers));
        this.bias = bias == null ? null : TensorScope.retain(bias);
        this.inputScale = retained(new IValue(1 / INPUT_STEPS));
        this.inputZero = retained(new IValue(INPUT_ZERO));
    }

    private static IValue packed(Tensor integers) {
        try (Operator packing = Operator.named("quantized::linear_prepack")) {
            return packing.retained(new IValue(integers), new IValue());
        }
    }

    private static IValue retained(IValue value) {
        value.retainReference();
        return value;
    }

    @Override
    public Tensor apply(Tensor input) {
        Tensor largest = input.abs().amax(new long[] {-1}, true).clamp_min(new Scalar(SMALLEST));
        Tensor product = operator.call(new IValue(input.div(largest)), inputScale, inputZero, weights)
                .mul_(largest);
        return bias == null ? product : product.add_(bias);
    }

    @Override
    public void close() {
        weights.releaseReference();
        inputScale.releaseReference();
        inputZero.releaseReference();
        if (bias != null) {
            TensorScope.release(bias);
        }
        operator.close();
    }
}
