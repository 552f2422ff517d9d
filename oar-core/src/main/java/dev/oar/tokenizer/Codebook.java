package dev.oar.tokenizer;

import dev.oar.tensor.Operations;
import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * The discrete codes: which one is nearest to a latent, and which latent a code stands for.
 *
 * <p>With normalised codes (Yu et al., "Vector-quantized image modeling with improved VQGAN", 2021) both latents and codes are
 * scaled to length 1 and compared by cosine, otherwise by Euclidean distance.
 *
 * @param vectors {@code [K, width]}, as trained, before normalisation
 * @param normalised whether latents and codes are scaled to length 1
 */
record Codebook(Tensor vectors, boolean normalised) {
    /** Scores held at once while searching; 64 MiB of float32. */
    private static final long SCORES_AT_ONCE = 1L << 24;

    /** The vectors that codes stand for, {@code [K, width]}; differentiable. */
    Tensor codes() {
        return prepared(vectors);
    }

    /** Latents as they are compared with codes: scaled to length 1 over the last dimension if normalised; differentiable. */
    Tensor prepared(Tensor latents) {
        return normalised ? unitLength(latents) : latents;
    }

    /**
     * The nearest code of each latent; the lowest index among equals.
     *
     * @param latents {@code [count, width]}, prepared
     * @return {@code [count]}, int64
     */
    Tensor nearest(Tensor latents) {
        return TensorScope.tensor(() -> Tensors.withoutGradient(() -> Precision.withoutAutocast(() -> {
            Tensor codes = codes();
            // |z - e|^2 = |z|^2 - 2 z.e + |e|^2, and |z|^2 is the same for all codes; |e|^2 is 1 if normalised.
            Tensor handicap = normalised ? null : codes.square().sum(-1).mul(new Scalar(0.5));
            Tensor transposed = codes.t();
            long rows = Math.max(1, SCORES_AT_ONCE / codes.size(0));
            List<Tensor> found = new ArrayList<>();
            for (long start = 0; start < latents.size(0); start += rows) {
                Tensor chunk = latents.narrow(0, start, Math.min(rows, latents.size(0) - start));
                found.add(TensorScope.tensor(() -> {
                    Tensor scores = chunk.mm(transposed);
                    return (handicap == null ? scores : scores.sub(handicap)).argmax(new LongOptional(1), false);
                }));
            }
            return Tensors.cat(0, found);
        })));
    }

    /**
     * The vectors of codes.
     *
     * @param tokens any shape, int64 in [0, K)
     * @return the shape of {@code tokens} with {@code width} appended; differentiable with respect to the codes
     */
    Tensor lookUp(Tensor tokens) {
        return Operations.embedding(codes(), tokens);
    }

    private static Tensor unitLength(Tensor rows) {
        Tensor length = rows.norm(new ScalarOptional(new Scalar(2.0)), new long[] {-1}, true);
        return rows.div(length.clamp_min(new Scalar(1e-12)));
    }
}
