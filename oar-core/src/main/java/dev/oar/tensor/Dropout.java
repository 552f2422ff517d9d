package dev.oar.tensor;

import java.util.function.Supplier;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Dropout whose masks are a function of a seed and the number of the call, so that threads that train side by side do not draw from
 * one generator by turns.
 */
public final class Dropout {
    private static final ThreadLocal<Masks> MASKS = new ThreadLocal<>();

    private Dropout() {}

    /** Runs {@code body} with the masks of this seed, on this thread alone. Outside, masks come from LibTorch's default generator. */
    public static <T> T seeded(long seed, Supplier<T> body) {
        Masks before = MASKS.get();
        MASKS.set(new Masks(seed));
        try {
            return body.get();
        } finally {
            if (before == null) {
                MASKS.remove();
            } else {
                MASKS.set(before);
            }
        }
    }

    /**
     * Sets each number to 0 with a probability and divides the others by the probability that they stay.
     *
     * @param probability in [0, 1)
     * @param training whether anything is dropped at all
     */
    public static Tensor apply(Tensor input, double probability, boolean training) {
        Masks masks = MASKS.get();
        if (!training || probability == 0) {
            return input;
        }
        return masks == null ? torch.dropout(input, probability, true) : input.mul(masks.next(input, probability));
    }

    /** The masks of one forward pass, one after the other. */
    private static final class Masks {
        /** An odd constant that spreads call numbers over all bits (Steele et al., "Fast splittable pseudorandom number generators"). */
        private static final long SPREAD = 0x9E3779B97F4A7C15L;

        private final long seed;
        private long calls;

        Masks(long seed) {
            this.seed = seed;
        }

        Tensor next(Tensor input, double probability) {
            Generator generator = torch.make_generator_cpu(seed + SPREAD * ++calls);
            return Tensors.empty(input.scalar_type().intern(), input.shape())
                    .bernoulli_(1 - probability, new GeneratorOptional(generator))
                    .div_(new Scalar(1 - probability));
        }
    }
}
