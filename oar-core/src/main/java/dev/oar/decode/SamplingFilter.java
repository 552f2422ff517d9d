package dev.oar.decode;

import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How a token is drawn from logits: temperature first, then top-k, then top-p.
 *
 * @param temperature at least 0; below 1e-5 it counts as 1e-5, which draws the best token
 * @param topK how many of the largest logits may be drawn (ties with the k-th are kept); 0 = all
 * @param topP a token is dropped when the probability of those before it, in falling order, already exceeds this; 1 = none
 */
public record SamplingFilter(double temperature, int topK, double topP) implements TokenFilter {
    /** The model's own distribution. */
    public static final SamplingFilter NONE = new SamplingFilter(1, 0, 1);

    /** Always the most probable token. */
    public static final SamplingFilter GREEDY = new SamplingFilter(1, 1, 1);

    static final double SMALLEST_TEMPERATURE = 1e-5;

    /** Checks the ranges. */
    public SamplingFilter {
        if (!(temperature >= 0 && temperature <= 1e3) || topK < 0 || !(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException(
                    "sampling needs a temperature in 0 .. 1000, top-k of at least 0 (0 = all) and"
                            + " top-p in (0, 1], but was given " + temperature + ", " + topK + " and " + topP);
        }
    }

    /**
     * The filtered distribution.
     *
     * @param logits {@code [..., vocabulary]}
     * @return probabilities of the same shape and type, 0 for dropped tokens
     */
    public Tensor probabilities(Tensor logits) {
        return torch.softmax(filtered(logits), -1);
    }

    /** The logits by temperature, those of dropped tokens at minus infinity. */
    @Override
    public Tensor filtered(Tensor logits) {
        Tensor kept = logits.div(new Scalar(Math.max(temperature, SMALLEST_TEMPERATURE)));
        long vocabulary = logits.size(-1);
        if (topK > 0 && topK < vocabulary) {
            Tensor smallest = torch.topk(kept, topK).get0().narrow(-1, topK - 1, 1);
            kept = kept.masked_fill(kept.lt(smallest), new Scalar(Double.NEGATIVE_INFINITY));
        }
        if (topP < 1) {
            T_TensorTensor_T sorted = torch.sort(kept, new BoolOptional(true), -1, true);
            Tensor sortedProbabilities = torch.softmax(sorted.get0(), -1);
            Tensor before = sortedProbabilities.cumsum(-1).sub(sortedProbabilities);
            Tensor dropped = before.gt(new Scalar(topP));
            // The first is never dropped: nothing stands before it.
            Tensor droppedByToken = dropped.scatter(-1, sorted.get1(), dropped);
            kept = kept.masked_fill(droppedByToken, new Scalar(Double.NEGATIVE_INFINITY));
        }
        return kept;
    }

    @Override
    public Drawn drawn(Tensor logits, double... uniforms) {
        return drawn(logits, uniforms, InverseDrawing.DRAWN_FROM_AT_ONCE);
    }

    /**
     * As the shorter form.
     *
     * @param atOnce how many logits are looked at at once, at least one row's; their distributions are worked out in float64
     */
    Drawn drawn(Tensor logits, double[] uniforms, long atOnce) {
        if (topK == 1) {
            // Of equal logits the first, which the inverse of the distribution need not give.
            Tensor largest = logits.amax(new long[] {-1}, false);
            // The logarithm of 1, and no number where the largest logit is not finite.
            return new Drawn(logits.argmax(new LongOptional(-1), false), largest.mul(new Scalar(0)));
        }
        return InverseDrawing.drawn(this, logits, uniforms, atOnce);
    }
}
