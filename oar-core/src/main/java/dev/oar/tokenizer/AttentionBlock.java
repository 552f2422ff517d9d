package dev.oar.tokenizer;

import dev.oar.tensor.Operations;
import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Weights;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Self-attention with one head over all pixels of a feature map, beside a shortcut. */
final class AttentionBlock {
    private AttentionBlock() {}

    /** {@code [batch, channels, height, width]} to the same shape. */
    static Tensor forward(Weights weights, String name, Tensor input, int groups) {
        return TensorScope.tensor(() -> {
            Tensor normed = Layers.norm(weights, name + ".norm", input, groups);
            Tensor query = rows(Layers.convolution1(weights, name + ".q", normed));
            Tensor key = rows(Layers.convolution1(weights, name + ".k", normed));
            Tensor value = rows(Layers.convolution1(weights, name + ".v", normed));
            // LibTorch's bfloat16 attention is many times slower than float32 on CPU.
            Tensor attended = Precision.withoutAutocast(() -> Operations.fullAttention(query, key, value));
            Tensor image = attended.squeeze(1).transpose(1, 2).reshape(input.shape());
            return input.add(Layers.convolution1(weights, name + ".proj_out", image));
        });
    }

    /** Adds the shapes of the block's weights. */
    static void shapes(Map<String, long[]> shapes, String name, int channels) {
        Layers.normShapes(shapes, name + ".norm", channels);
        for (String projection : new String[] {".q", ".k", ".v", ".proj_out"}) {
            Layers.convolutionShapes(shapes, name + projection, channels, channels, 1);
        }
    }

    /** {@code [batch, channels, height, width]} to {@code [batch, 1, height * width, channels]}, float32 at least. */
    private static Tensor rows(Tensor image) {
        Tensor rows = image.flatten(2, 3).transpose(1, 2).unsqueeze(1);
        return rows.scalar_type().intern() == torch.ScalarType.BFloat16 ? rows.to(torch.ScalarType.Float) : rows;
    }
}
