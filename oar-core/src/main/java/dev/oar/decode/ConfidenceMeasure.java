package dev.oar.decode;

import dev.oar.config.Spelling;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The confidences that recipes and commands know by name. p is the conditional distribution at temperature 1, before any filter.
 *
 * <p>Float32 probabilities saturate at 1, and ties would turn sure regions (white backgrounds) into raster order. So every
 * measure is computed in float64, or in sums that cannot saturate, and ranked by a key that does not: the log-odds
 * {@code log q - log(1 - q)}, with the complement summed over the other tokens, never subtracted from 1.
 */
public enum ConfidenceMeasure implements Confidence {
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
    /**
     * {@code p(v)} of a token v that was drawn for the cell, as MaskGIT (arXiv 2202.04200) ranks; on a real image v only ranks, and the
     * image's own token is committed. When drawing, the cell whose token turned out likely wins, and that very token is committed: likely
     * tokens are drawn more often than the model holds them for likely, as at a lower temperature.
     */
    SAMPLED_PROBABILITY;

    /** How many tokens {@link #TOP_K_MASS} sums over. */
    public static final int TOP_K = 8;

    private static final double LOWEST_EXPONENT = -800;
    private static final double LOWEST_FLOAT_EXPONENT = -80;

    /** The name in recipes and commands. */
    public String word() {
        return Spelling.word(this);
    }

    /** The names of those that images can be drawn by, as a sentence lists them. */
    public static String wordsForDrawing() {
        List<String> words = Arrays.stream(values())
                .filter(measure -> !measure.needsGroundTruth())
                .map(ConfidenceMeasure::word)
                .toList();
        int last = words.size() - 1;
        return String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    /** Whether the measure needs the true token of every candidate. */
    public boolean needsGroundTruth() {
        return tokens() == Tokens.TRUE;
    }

    @Override
    public Tokens tokens() {
        return switch (this) {
            case MAX_PROBABILITY, NEGATIVE_ENTROPY, MARGIN, TOP_K_MASS -> Tokens.NONE;
            case GROUND_TRUTH_PROBABILITY -> Tokens.TRUE;
            case SAMPLED_PROBABILITY -> Tokens.DRAWN;
        };
    }

    @Override
    public Tensor scales(Tensor logits, Tensor tokens) {
        return switch (this) {
            case MAX_PROBABILITY -> ofToken(wide(logits), logits.argmax(new LongOptional(-1), false));
            case GROUND_TRUTH_PROBABILITY, SAMPLED_PROBABILITY -> ofToken(wide(logits), tokens);
            case NEGATIVE_ENTROPY -> negativeEntropy(isWide(logits) ? logits : logits.to(torch.ScalarType.Float));
            case MARGIN -> margin(wide(logits));
            case TOP_K_MASS -> topKMass(wide(logits));
        };
    }

    private static Tensor wide(Tensor logits) {
        return logits.to(torch.ScalarType.Double);
    }

    private static boolean isWide(Tensor logits) {
        return logits.scalar_type().intern() == torch.ScalarType.Double;
    }

    private static Tensor ofToken(Tensor logits, Tensor tokens) {
        Tensor index = tokens.unsqueeze(-1);
        Tensor own = logits.gather(-1, index).squeeze(-1);
        Tensor others = logSumExp(logits.scatter(-1, index, new Scalar(Double.NEGATIVE_INFINITY)));
        return scores(own, others);
    }

    /**
     * With D = largest - second largest logit, d = logit - second largest, and sums over all tokens but the best, R = sum(exp(d)), the
     * negative entropy is {@code exp(-D) (sum(exp(d) d) - D R) / (1 + exp(-D) R) - log(1 + exp(-D) R)}: two terms of one sign, so
     * that nothing cancels where the best p rounds to 1. The sums lie near 1 and are taken in the type of the logits; what is tiny is
     * worked out per candidate in float64. Extraction asks for little else.
     */
    private static Tensor negativeEntropy(Tensor logits) {
        T_TensorTensor_T best = logits.max(-1, true);
        Tensor others = logits.scatter(-1, best.get1(), new Scalar(Double.NEGATIVE_INFINITY));
        Tensor second = others.amax(new long[] {-1}, true);
        // Below this, exp is lost in a sum of at least 1; and 0 times minus infinity would be no number.
        double lowest = isWide(logits) ? LOWEST_EXPONENT : LOWEST_FLOAT_EXPONENT;
        Tensor differences = others.sub_(second).clamp_min_(new Scalar(lowest));
        Tensor exponentials = differences.exp();
        Tensor rest = exponentials.sum(-1).to(torch.ScalarType.Double);
        Tensor weighted = exponentials.mul_(differences).sum(-1).to(torch.ScalarType.Double);
        Tensor gap = best.get0().to(torch.ScalarType.Double).sub(second).squeeze(-1);
        Tensor share = gap.neg().exp();
        Tensor odds = share.mul(rest);
        return weighted.sub(gap.mul(rest))
                .mul(share)
                .div(odds.add(new Scalar(1)))
                .sub(odds.log1p());
    }

    private static Tensor margin(Tensor logits) {
        T_TensorTensor_T top = torch.topk(logits, 2);
        Tensor first = top.get0().select(-1, 0);
        Tensor second = top.get0().select(-1, 1);
        Tensor index = top.get1().narrow(-1, 0, 1);
        Tensor others = logSumExp(logits.scatter(-1, index, new Scalar(Double.NEGATIVE_INFINITY)));
        Tensor difference = first.add(second.sub(first).exp().neg().log1p());
        return scores(difference, torch.logaddexp(others, second));
    }

    private static Tensor topKMass(Tensor logits) {
        long k = Math.min(TOP_K, logits.size(-1) - 1);
        T_TensorTensor_T top = torch.topk(logits, k);
        Tensor others = logSumExp(logits.scatter(-1, top.get1(), new Scalar(Double.NEGATIVE_INFINITY)));
        return scores(logSumExp(top.get0()), others);
    }

    /** Scores of a share, given the unnormalised logarithms of the share and of its complement. */
    private static Tensor scores(Tensor share, Tensor complement) {
        Tensor log = share.sub(torch.logaddexp(share, complement));
        return Tensors.stack(List.of(log.exp(), log, share.sub(complement)));
    }

    private static Tensor logSumExp(Tensor logits) {
        return logits.logsumexp(-1);
    }
}
