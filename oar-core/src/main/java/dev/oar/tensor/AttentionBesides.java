package dev.oar.tensor;

import java.util.List;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Attention of queries to keys that all of them see and, besides, one key of each query's own, which no other sees. Scores of queries
 * for one another's keys are not worked out, as a mask would have it: the part of all keys comes with the logarithm of its sum, and the
 * own key is merged into it as flash attention (arXiv 2205.14135) merges blocks. On CPUs alone: LibTorch has the operator that tells
 * the sums for them.
 */
public final class AttentionBesides {
    private AttentionBesides() {}

    /**
     * Attends.
     *
     * @param query {@code [batch, heads, queries, headWidth]}
     * @param key {@code [batch, heads, keys, headWidth]}, at least one
     * @param value {@code [batch, heads, keys, headWidth]}
     * @param ownKey {@code [batch, heads, queries, headWidth]}
     * @param ownValue {@code [batch, heads, queries, headWidth]}
     * @return {@code [batch, heads, queries, headWidth]}
     */
    public static Tensor apply(Tensor query, Tensor key, Tensor value, Tensor ownKey, Tensor ownValue) {
        try (Operator flash = Operator.named("aten::_scaled_dot_product_flash_attention_for_cpu")) {
            List<Tensor> seen = flash.callForAll(
                    new IValue(query),
                    new IValue(key),
                    new IValue(value),
                    new IValue(0.0),
                    new IValue(false),
                    new IValue(),
                    new IValue());
            double scale = 1 / Math.sqrt(query.size(-1));
            Tensor own = query.mul(ownKey).sum(-1).mul(new Scalar(scale));
            // exp(own) / (exp(own) + sum over the keys): the weight of the own value.
            Tensor weight =
                    own.sub(seen.get(1)).sigmoid().to(ownValue.scalar_type()).unsqueeze(-1);
            return torch.lerp(seen.get(0), ownValue, weight);
        }
    }
}
