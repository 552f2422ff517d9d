package dev.oar.decode;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
public record SamplingFilter(double temperature, int topK, double topP) {
    /** The model's own distribution. */
    public static final SamplingFilter NONE = new SamplingFilter(1, 0, 1);

    /** Always the most probable token. */
    public static final SamplingFilter GREEDY = new SamplingFilter(1, 1, 1);

    private static final long DRAWN_FROM_AT_ONCE = 1L << 22;
    private static final double SMALLEST_TEMPERATURE = 1e-5;

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

    /**
     * Draws one token per distribution by inverting the cumulative distribution, so that the token is a function of its logits
     * and its own uniform number.
     *
     * @param logits {@code [rows, vocabulary]}
     * @param uniforms {@code [rows]} numbers in [0, 1)
     * @return {@code [rows]}, int64; nothing waits for it
     */
    public Tensor drawn(Tensor logits, double[] uniforms) {
        return drawn(logits, uniforms, DRAWN_FROM_AT_ONCE);
    }

    /**
     * As the shorter form.
     *
     * @param atOnce how many logits are looked at at once, at least one row's; their distributions are worked out in float64
     */
    Tensor drawn(Tensor logits, double[] uniforms, long atOnce) {
        if (topK == 1) {
            return logits.argmax(new LongOptional(-1), false);
        }
        long rows = logits.size(0);
        int size = (int) Math.max(1, Math.min(rows, atOnce / logits.size(-1)));
        List<Tensor> parts = new ArrayList<>();
        for (int from = 0; from < rows; from += size) {
            int first = from;
            int length = (int) Math.min(size, rows - from);
            double[] own = Arrays.copyOfRange(uniforms, first, first + length);
            parts.add(TensorScope.tensor(() -> inverted(logits.narrow(0, first, length), own)));
        }
        return Tensors.cat(0, parts);
    }

    private Tensor inverted(Tensor logits, double... uniforms) {
        Tensor probabilities = probabilities(logits.to(torch.ScalarType.Double));
        Tensor cumulative = probabilities.cumsum(-1);
        Tensor total = cumulative.narrow(-1, cumulative.size(-1) - 1, 1);
        Tensor threshold = Tensors.of(uniforms, uniforms.length, 1).mul(total);
        Tensor passed = cumulative.le(threshold).bitwise_or(probabilities.eq(new Scalar(0)));
        // The first token that is not passed; a dropped token has no probability and is always passed.
        return passed.bitwise_not().to(torch.ScalarType.Int).argmax(new LongOptional(-1), false);
    }

    /** The same as numbers. */
    public int[] draw(Tensor logits, double[] uniforms) {
        return Tensors.ints(drawn(logits, uniforms));
    }
}
