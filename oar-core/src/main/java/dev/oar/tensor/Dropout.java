package dev.oar.tensor;

import java.util.function.Supplier;
import org.bytedeco.javacpp.FloatPointer;
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
        return seeded(seed, 0, body);
    }

    /**
     * The same for a part of a batch. In main memory, what is dropped of a sample does not depend on the part that it is in, provided that
     * samples are the first axis of whatever is dropped from.
     *
     * @param first the number of the part's first sample in the batch
     */
    public static <T> T seeded(long seed, int first, Supplier<T> body) {
        Masks before = MASKS.get();
        MASKS.set(new Masks(seed, first));
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
        if (masks == null) {
            return torch.dropout(input, probability, true);
        }
        return input.is_cpu() ? input.mul(masks.next(input, probability)) : masks.onDevice(input, probability);
    }

    /** The masks of one forward pass, one after the other. */
    private static final class Masks {
        /** An odd constant that spreads counters over all bits (Steele et al., "Fast splittable pseudorandom number generators"). */
        private static final long SPREAD = 0x9E3779B97F4A7C15L;

        /** Each number is decided by 16 random bits. */
        private static final int STEPS = 1 << 16;

        private static final int PER_DRAW = Long.SIZE / 16;
        private static final int CHUNK = 1 << 14;

        private final float[] chunk = new float[CHUNK];
        private final long seed;
        private final int first;
        private long calls;

        Masks(long seed, int first) {
            this.seed = seed;
            this.first = first;
        }

        /** A GPU's generator is a function of a key and counters itself; one thread at a time gives it work. */
        Tensor onDevice(Tensor input, double probability) {
            torch.cuda_manual_seed_all(mixed(mixed(seed + first) + SPREAD * ++calls));
            return torch.dropout(input, probability, true);
        }

        Tensor next(Tensor input, double probability) {
            // LibTorch's own masks are drawn one number after the other, which took a twentieth of a training step.
            Tensor mask = Tensors.emptyInMainMemory(torch.ScalarType.Float, input.shape());
            long key = mixed(seed + SPREAD * ++calls);
            long samples = input.dim() == 0 ? 1 : input.size(0);
            FloatPointer memory = new FloatPointer(mask.data_ptr());
            for (long sample = 0; sample < samples; sample++) {
                long numbers = mask.numel() / samples;
                fill(memory, sample * numbers, numbers, mixed(key ^ mixed(first + sample)), 1 - probability);
            }
            return mask.to(input.scalar_type().intern());
        }

        private void fill(FloatPointer memory, long begin, long count, long key, double kept) {
            float value = (float) (1 / kept);
            int stays = (int) Math.round(kept * STEPS);
            for (long done = 0; done < count; done += CHUNK) {
                int length = (int) Math.min(CHUNK, count - done);
                for (int i = 0; i < length; i += PER_DRAW) {
                    long bits = mixed(key + SPREAD * (done + i));
                    chunk[i] = (bits & 0xFFFF) < stays ? value : 0;
                    chunk[i + 1] = (bits >>> 16 & 0xFFFF) < stays ? value : 0;
                    chunk[i + 2] = (bits >>> 32 & 0xFFFF) < stays ? value : 0;
                    chunk[i + 3] = bits >>> 48 < stays ? value : 0;
                }
                memory.position(begin + done).put(chunk, 0, length);
            }
        }

        /** The finaliser of SplitMix64. */
        private static long mixed(long state) {
            long z = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
            z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
            return z ^ z >>> 31;
        }
    }
}
