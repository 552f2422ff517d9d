package dev.oar.decode;

import dev.oar.tensor.Tensors;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The score that ranks peeked cells: how sure the model is of what stands there. p is the conditional distribution at
 * temperature 1, before any filter.
 *
 * <p>Float32 probabilities saturate at 1, and ties would turn sure regions (white backgrounds) into raster order. So every
 * measure is computed in float64 and ranked by a key that does not saturate: the log-odds
 * {@code log q - log(1 - q)}, with the complement summed over the other tokens, never subtracted from 1.
 */
public enum ConfidenceMeasure {
    /** {@code max_v p(v)}; can be reproduced when drawing. */
    MAX_PROBABILITY,
    /** {@code p(x)} of the true token; looks at the answer and cannot be reproduced when drawing. */
    GROUND_TRUTH_PROBABILITY,
    /** {@code sum_v p(v) log p(v)}. */
    NEGATIVE_ENTROPY,
    /** {@code p_1st - p_2nd}. */
    MARGIN,
    /** The sum of the {@value #TOP_K} largest p. */
    TOP_K_MASS,
    /** {@code p(v)} of a token v that was drawn for the cell; on a real image v only ranks, and the image's own token is committed. */
    SAMPLED_PROBABILITY;

    /** How many tokens {@link #TOP_K_MASS} sums over. */
    public static final int TOP_K = 8;

    private static final double LOWEST_EXPONENT = -800;

    /**
     * The scores of candidates, in three scales.
     *
     * @param value the measure itself
     * @param log its logarithm, the scale that order noise is added to (negative entropy is a mean logarithm already)
     * @param key a strictly growing function of the measure that does not saturate
     */
    public record Scores(double[] value, double[] log, double[] key) {}

    /** Whether the measure needs the true token of every candidate. */
    public boolean needsGroundTruth() {
        return this == GROUND_TRUTH_PROBABILITY;
    }

    /**
     * Scores candidates.
     *
     * @param logits {@code [batch, candidates, vocabulary]}
     * @param tokens {@code [batch, candidates]}, int64: the true token (ground-truth-probability) or the drawn one
     *     (sampled-probability); ignored by the other measures
     * @return arrays of {@code batch * candidates} numbers in row-major order
     */
    public Scores score(Tensor logits, Tensor tokens) {
        Tensor wide = logits.to(torch.ScalarType.Double);
        return switch (this) {
            case MAX_PROBABILITY -> ofToken(wide, wide.argmax(new LongOptional(-1), false));
            case GROUND_TRUTH_PROBABILITY, SAMPLED_PROBABILITY -> ofToken(wide, tokens);
            case NEGATIVE_ENTROPY -> negativeEntropy(wide);
            case MARGIN -> margin(wide);
            case TOP_K_MASS -> topKMass(wide);
        };
    }

    private static Scores ofToken(Tensor logits, Tensor tokens) {
        Tensor index = tokens.unsqueeze(-1);
        Tensor own = logits.gather(-1, index).squeeze(-1);
        Tensor others = logSumExp(logits.scatter(-1, index, new Scalar(Double.NEGATIVE_INFINITY)));
        return scores(own, others);
    }

    /**
     * With d = logit - largest logit, e = exp(d) and R the sum of e over all but the best token, the negative entropy is
     * {@code sum(e d) / (1 + R) - log(1 + R)}: two terms of one sign, so that nothing cancels where the best p rounds to 1. Worked
     * out in the one buffer that the float64 logits are: extraction asks for little else.
     */
    private static Scores negativeEntropy(Tensor logits) {
        T_TensorTensor_T best = logits.max(-1, true);
        // Below this, exp is 0 in float64 and so is its product with any logit but minus infinity.
        Tensor differences = logits.sub(best.get0()).clamp_min_(new Scalar(LOWEST_EXPONENT));
        Tensor exponentials = differences.exp().scatter_(-1, best.get1(), new Scalar(0.0));
        Tensor rest = exponentials.sum(-1);
        Tensor weighted = exponentials.mul_(differences).sum(-1);
        double[] value = Tensors.doubles(weighted.div(rest.add(new Scalar(1))).sub(rest.log1p()));
        return new Scores(value, value, value);
    }

    private static Scores margin(Tensor logits) {
        T_TensorTensor_T top = torch.topk(logits, 2);
        Tensor first = top.get0().select(-1, 0);
        Tensor second = top.get0().select(-1, 1);
        Tensor index = top.get1().narrow(-1, 0, 1);
        Tensor others = logSumExp(logits.scatter(-1, index, new Scalar(Double.NEGATIVE_INFINITY)));
        Tensor difference = first.add(second.sub(first).exp().neg().log1p());
        return scores(difference, torch.logaddexp(others, second));
    }

    private static Scores topKMass(Tensor logits) {
        long k = Math.min(TOP_K, logits.size(-1) - 1);
        T_TensorTensor_T top = torch.topk(logits, k);
        Tensor others = logSumExp(logits.scatter(-1, top.get1(), new Scalar(Double.NEGATIVE_INFINITY)));
        return scores(logSumExp(top.get0()), others);
    }

    /** Scores of a share, given the unnormalised logarithms of the share and of its complement. */
    private static Scores scores(Tensor share, Tensor complement) {
        Tensor log = share.sub(torch.logaddexp(share, complement));
        return new Scores(Tensors.doubles(log.exp()), Tensors.doubles(log), Tensors.doubles(share.sub(complement)));
    }

    private static Tensor logSumExp(Tensor logits) {
        return logits.logsumexp(-1);
    }
}
