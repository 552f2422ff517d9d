package dev.oar.tensor;

import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The functions that networks are made of, where LibTorch's raw form is noise: attention, normalisation, convolution, pooling, tables of
 * embeddings and linear layers. Results belong to the innermost {@link TensorScope}; shapes are checked without computing values where
 * the input has none (see {@link Device}).
 */
public final class Operations {
    private Operations() {}

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

    /** Dot-product attention as the masked form, whose scores are multiplied by a number of their own before a mask is added. */
    public static Tensor attention(Tensor query, Tensor key, Tensor value, Tensor mask, double scale) {
        if (query.is_meta()) {
            return WithoutValues.attention(query, key, value, mask);
        }
        return torch.scaled_dot_product_attention(
                query, key, value, new TensorOptional(mask), 0.0, false, new DoubleOptional(scale), false);
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

    /**
     * Batch normalisation by the statistics of the batch itself; weight and bias have shape {@code [channels]}.
     *
     * @param input {@code [batch, channels, height, width]}
     */
    public static Tensor batchNorm(Tensor input, Tensor weight, Tensor bias, double epsilon) {
        return torch.batch_norm(
                input,
                new TensorOptional(weight),
                new TensorOptional(bias),
                new TensorOptional(),
                new TensorOptional(),
                true,
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

    /**
     * Gradients of a scalar with respect to one tensor that it depends on. What was recorded stays, so that others can be taken.
     *
     * @return of the shape of {@code of}, without a history of its own
     */
    public static Tensor gradient(Tensor scalar, Tensor of) {
        return torch.grad(
                        new TensorVector(scalar),
                        new TensorVector(of),
                        new TensorVector(),
                        new BoolOptional(true),
                        false,
                        false)
                .get(0);
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

    private static Tensor layerNorm(Tensor input, TensorOptional weight, TensorOptional bias, double epsilon) {
        long[] normalised = {input.size(input.dim() - 1)};
        return torch.layer_norm(input, normalised, weight, bias, epsilon, false);
    }
}
