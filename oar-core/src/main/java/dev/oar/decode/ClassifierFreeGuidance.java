package dev.oar.decode;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Classifier-free guidance: {@code guided = uncond + s * (cond - uncond)}.
 *
 * @param scale how strong it is at each step, s
 */
public record ClassifierFreeGuidance(GuidanceScale scale) {
    /** No guidance: the conditional distribution. */
    public static final ClassifierFreeGuidance OFF = constant(1);

    /** A constant scale. */
    public static ClassifierFreeGuidance constant(double scale) {
        return linear(scale, scale);
    }

    /** A scale linear in the share of filled cells. */
    public static ClassifierFreeGuidance linear(double first, double last) {
        return new ClassifierFreeGuidance(new GuidanceScale.Linear(first, last));
    }

    /** Whether unconditional rows are needed at all. */
    public boolean active() {
        return scale.active();
    }

    /**
     * Guided logits.
     *
     * @param both conditional rows, then as many unconditional ones: {@code [2 * batch, ...]}
     * @param filled how many cells hold a token; known cells count as filled
     * @param next how many cells this step fills
     * @param cells how many cells hold a token in the end; absent ones do not count
     * @return {@code [batch, ...]}
     */
    public Tensor guide(Tensor both, int filled, int next, int cells) {
        long batch = both.size(0) / 2;
        return guide(both.narrow(0, 0, batch), both.narrow(0, batch, batch), filled, next, cells);
    }

    /** As the shorter form, for rows that have been asked apart, each {@code [batch, ...]}. */
    public Tensor guide(Tensor conditional, Tensor unconditional, int filled, int next, int cells) {
        return unconditional.add(conditional.sub(unconditional).mul(new Scalar(scale.at(filled, next, cells))));
    }
}
