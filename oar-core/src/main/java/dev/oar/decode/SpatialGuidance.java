package dev.oar.decode;

import dev.oar.config.Require;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Guidance of resolution extrapolation (RandAR, arXiv 2412.01827, public code): by the class, and by the coarse tokens. Three branches
 * run side by side: with the class and all coarse tokens (l1), without the class (l2), and without the class and without a share of the
 * coarse tokens (l3). Guided are {@code l3 + s_class * (l1 - l2) + s_spatial * (l2 - l3)}; with a spatial scale of 1 that is
 * classifier-free guidance, and the third branch is not run.
 *
 * @param classScale how strong guidance by the class is, s_class
 * @param spatialScale how strong guidance by the coarse tokens is, s_spatial
 * @param maskedShare share of the coarse tokens that the third branch does not see, in [0, 1]
 */
public record SpatialGuidance(GuidanceScale classScale, GuidanceScale spatialScale, double maskedShare) {
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

    /** How many branches run: 1 without guidance, 2 with guidance by the class alone, 3 with both. */
    public int branches() {
        if (spatialScale.active()) {
            return 3;
        }
        return classScale.active() ? 2 : 1;
    }

    /**
     * Guided logits.
     *
     * @param logits of all branches one after the other: {@code [branches * batch, ...]}
     * @param filled how many cells hold a token, coarse ones too
     * @param next how many cells this step fills
     * @param cells how many cells the enlarged grid has
     * @return {@code [batch, ...]}
     */
    public Tensor guide(Tensor logits, int filled, int next, int cells) {
        return switch (branches()) {
            case 1 -> logits;
            case 2 -> new ClassifierFreeGuidance(classScale).guide(logits, filled, next, cells);
            default -> {
                long batch = logits.size(0) / 3;
                Tensor conditional = logits.narrow(0, 0, batch);
                Tensor unconditional = logits.narrow(0, batch, batch);
                Tensor masked = logits.narrow(0, 2 * batch, batch);
                Tensor byClass = conditional.sub(unconditional).mul(new Scalar(classScale.at(filled, next, cells)));
                Tensor bySpace = unconditional.sub(masked).mul(new Scalar(spatialScale.at(filled, next, cells)));
                yield masked.add(byClass).add(bySpace);
            }
        };
    }
}
