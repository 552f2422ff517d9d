package dev.oar.decode;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Classifier-free guidance: {@code guided = uncond + s * (cond - uncond)}, the scale s linear in the share of filled cells.
 *
 * @param first scale while no cell is filled
 * @param last scale that would hold once all cells are filled; equal to {@code first} for a constant scale
 */
public record ClassifierFreeGuidance(double first, double last) {
    /** No guidance: the conditional distribution. */
    public static final ClassifierFreeGuidance OFF = new ClassifierFreeGuidance(1, 1);

    /** Checks the scales. */
    public ClassifierFreeGuidance {
        if (!(first >= 0 && last >= 0 && first <= 1e3 && last <= 1e3)) {
            throw new IllegalArgumentException("a guidance scale must lie in 0 .. 1000 (1 = off), but the scales are "
                    + first + " and " + last + "; usual are 1 to 4");
        }
    }

    /** A constant scale. */
    public static ClassifierFreeGuidance constant(double scale) {
        return new ClassifierFreeGuidance(scale, scale);
    }

    /** Whether unconditional rows are needed at all. */
    public boolean active() {
        return first != 1 || last != 1;
    }

    /** The scale when {@code filled} of {@code cells} cells hold a token; known cells count as filled. */
    public double scale(int filled, int cells) {
        return first + (last - first) * filled / cells;
    }

    /**
     * Guided logits.
     *
     * @param both conditional rows, then as many unconditional ones: {@code [2 * batch, ...]}
     * @return {@code [batch, ...]}
     */
    public Tensor guide(Tensor both, int filled, int cells) {
        long batch = both.size(0) / 2;
        Tensor conditional = both.narrow(0, 0, batch);
        Tensor unconditional = both.narrow(0, batch, batch);
        return unconditional.add(conditional.sub(unconditional).mul(new Scalar(scale(filled, cells))));
    }
}
