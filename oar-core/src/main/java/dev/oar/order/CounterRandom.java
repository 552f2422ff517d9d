package dev.oar.order;

/**
 * Counter-based random numbers: every number is a function of a key and of counters, never of what was drawn before.
 *
 * <p>So nothing depends on which images share a batch, which cells were shortlisted, or where a run was interrupted. Keys are
 * derived by name ({@link #derive}), for example seed, purpose, image index, step. Mixing is the finaliser of SplitMix64
 * (Steele, Lea and Flood, 2014) applied once per counter.
 */
public record CounterRandom(long key) {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    /** A generator keyed by a seed and what the numbers are for, so that two purposes never share numbers. */
    public static CounterRandom of(long seed, String purpose) {
        long key = mix(seed + GOLDEN_GAMMA);
        for (int i = 0; i < purpose.length(); i++) {
            key = mix(key ^ (purpose.charAt(i) + GOLDEN_GAMMA * (i + 1)));
        }
        return new CounterRandom(key);
    }

    /** A generator for one image, step, epoch or the like. */
    public CounterRandom derive(long counter) {
        return new CounterRandom(mix(key ^ mix(counter * GOLDEN_GAMMA + 1)));
    }

    /** 64 random bits. */
    public long bits(long counter) {
        return mix(key + mix(counter + GOLDEN_GAMMA));
    }

    /** A uniform number in [0, 1), a multiple of 2^-53. */
    public double uniform(long counter) {
        return (bits(counter) >>> 11) * 0x1.0p-53;
    }

    /** A uniform integer in [0, bound). */
    public int integer(int bound, long counter) {
        return (int) Math.multiplyHigh(bits(counter) >>> 1, (long) bound << 1);
    }

    /** A standard Gumbel number, {@code -log(-log(u))}; always finite. */
    public double gumbel(long counter) {
        double u = ((bits(counter) >>> 12) + 0.5) * 0x1.0p-52;
        return -Math.log(-Math.log(u));
    }

    private static long mix(long z) {
        long mixed = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
