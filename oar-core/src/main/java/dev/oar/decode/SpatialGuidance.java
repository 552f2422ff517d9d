package dev.oar.decode;

import dev.oar.config.Require;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Guidance of resolution extrapolation (RandAR, arXiv 2412.01827, public code): by the class, and by the coarse tokens. Three branches
 * run side by side: with the class and all coarse tokens (l1), without the class (l2), and without the class and without a fraction of the
 * coarse tokens (l3). Guided are {@code l3 + s_class * (l1 - l2) + s_spatial * (l2 - l3)}; with a spatial scale of 1 that is
 * classifier-free guidance, and the third branch is not run.
 *
 * @param classScale how strong guidance by the class is, s_class
 * @param spatialScale how strong guidance by the coarse tokens is, s_spatial
 * @param maskedShare fraction of the coarse tokens that the third branch does not see, in [0, 1]
 */
public record SpatialGuidance(GuidanceScale classScale, GuidanceScale spatialScale, double maskedShare)
        implements Guidance {
    /** No guidance: the conditional distribution. */
    public static final SpatialGuidance OFF =
            new SpatialGuidance(new GuidanceScale.Linear(1, 1), new GuidanceScale.Linear(1, 1), 0.5);

    /** Checks the share. */
    public SpatialGuidance {
        Require.that(
                maskedShare >= 0 && maskedShare <= 1,
                "masked-share must lie in [0, 1], but is %s; RandAR uses 0.5",
                maskedShare);
    }

    @Override
    public int branches(int filled) {
        if (spatialScale.activeFrom(filled)) {
            return 3;
        }
        return classScale.activeFrom(filled) ? 2 : 1;
    }

    @Override
    public boolean hides(int branch) {
        return branch == 2;
    }

    @Override
    public Tensor guide(List<Tensor> branches, int filled, int next, int cells) {
        if (branches.size() == 2) {
            return new ClassifierFreeGuidance(classScale).guide(branches, filled, next, cells);
        }
        Tensor unconditional = branches.get(1);
        Tensor masked = branches.get(2);
        Tensor byClass = branches.get(0).sub(unconditional).mul(new Scalar(classScale.at(filled, next, cells)));
        Tensor bySpace = unconditional.sub(masked).mul(new Scalar(spatialScale.at(filled, next, cells)));
        return masked.add(byClass).add(bySpace);
    }
}
