package dev.oar.tokenizer;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What a discriminator and its generator make small, as functions of logits that are large where a patch is taken for real. */
public enum AdversarialObjective {
    /**
     * The hinge loss (Lim and Ye, "Geometric GAN", 2017), VQGAN's default: the discriminator's is
     * {@code (mean max(0, 1 - real) + mean max(0, 1 + fake)) / 2}, the generator's {@code -mean fake}.
     */
    HINGE {
        @Override
        public Tensor discriminator(Tensor real, Tensor fake) {
            Scalar one = new Scalar(1.0);
            return half(
                    torch.relu(real.neg().add(one)).mean(),
                    torch.relu(fake.add(one)).mean());
        }

        @Override
        public Tensor generator(Tensor fake) {
            return fake.mean().neg();
        }
    },

    /**
     * The logarithmic loss, which VQGAN calls vanilla: the discriminator's is
     * {@code (mean softplus(-real) + mean softplus(fake)) / 2}, the generator's {@code -mean fake} as with the hinge.
     */
    VANILLA {
        @Override
        public Tensor discriminator(Tensor real, Tensor fake) {
            return logarithmic(real, fake);
        }

        @Override
        public Tensor generator(Tensor fake) {
            return fake.mean().neg();
        }
    },

    /**
     * The non-saturating loss (Goodfellow et al., "Generative adversarial nets", 2014): the discriminator's as of {@link #VANILLA}, the
     * generator's {@code mean softplus(-fake)}.
     */
    NON_SATURATING {
        @Override
        public Tensor discriminator(Tensor real, Tensor fake) {
            return logarithmic(real, fake);
        }

        @Override
        public Tensor generator(Tensor fake) {
            return torch.softplus(fake.neg()).mean();
        }
    };

    /** The discriminator's loss, a scalar, of logits of any one shape. */
    public abstract Tensor discriminator(Tensor real, Tensor fake);

    /** The generator's loss, a scalar. */
    public abstract Tensor generator(Tensor fake);

    private static Tensor logarithmic(Tensor real, Tensor fake) {
        return half(torch.softplus(real.neg()).mean(), torch.softplus(fake).mean());
    }

    private static Tensor half(Tensor one, Tensor other) {
        return one.add(other).mul(new Scalar(0.5));
    }
}
