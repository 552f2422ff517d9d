package dev.oar.tensor;

import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** Weights in float16, multiplied in float32 by FBGEMM, which needs nothing newer than AVX2 for it; the bias stays float32. */
final class Float16Linear implements PackedLinear {
    private final Operator operator;
    private final IValue weights;

    Float16Linear(Tensor weight, @Nullable Tensor bias) {
        LibTorch.useFbgemm("float16");
        try (Operator packing = Operator.named("quantized::linear_prepack_fp16")) {
            this.weights = packing.retained(new IValue(weight), bias == null ? new IValue() : new IValue(bias));
        }
        this.operator = Operator.named("quantized::linear_dynamic_fp16");
    }

    @Override
    public Tensor apply(Tensor input) {
        return operator.call(new IValue(input), weights);
    }

    @Override
    public void close() {
        weights.releaseReference();
        operator.close();
    }
}
