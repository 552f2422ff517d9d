package dev.oar.decode;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Classifier-free guidance: {@code guided = uncond + s * (cond - uncond)}.
 *
 * @param scale how strong it is at each step, s
 */
public record ClassifierFreeGuidance(GuidanceScale scale) implements Guidance {
    /** No guidance: the conditional distribution. */
    public static final ClassifierFreeGuidance OFF = constant(1);

    /** A constant scale. */
    public static ClassifierFreeGuidance constant(double scale) {
        return linear(scale, scale);
    }

    /** A scale linear in the fraction of filled cells. */
    public static ClassifierFreeGuidance linear(double first, double last) {
        return new ClassifierFreeGuidance(new GuidanceScale.Linear(first, last));
    }

    /** Whether unconditional rows are needed at all. */
    public boolean active() {
        return scale.active();
    }

    @Override
    public int branches(int filled) {
        return scale.activeFrom(filled) ? 2 : 1;
    }

    @Override
    public Tensor guide(List<Tensor> branches, int filled, int next, int cells) {
        Tensor conditional = branches.get(0);
        Tensor unconditional = branches.get(1);
        return unconditional.add(conditional.sub(unconditional).mul(new Scalar(scale.at(filled, next, cells))));
    }
}
