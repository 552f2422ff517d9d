package dev.oar.decode;

import dev.oar.config.Require;
import java.util.Arrays;

/**
 * One batch to decode.
 *
 * @param conditions class ids, one per row
 * @param imageIndices the index of each image: with the row's seed it determines all random numbers of its row
 * @param seeds the seed of each row
 * @param policy which cell is next
 * @param source where tokens come from
 * @param guidance how branches with and without the condition become one
 * @param known cells given beforehand
 * @param listener is told after every step
 */
public record DecodingRequest(
        int[] conditions,
        long[] imageIndices,
        long[] seeds,
        OrderPolicy policy,
        TokenSource source,
        Guidance guidance,
        KnownTokens known,
        DecodingListener listener) {
    /** A request of one seed for all rows. */
    public DecodingRequest(
            int[] conditions,
            long[] imageIndices,
            long seed,
            OrderPolicy policy,
            TokenSource source,
            Guidance guidance,
            KnownTokens known,
            DecodingListener listener) {
        this(conditions, imageIndices, repeated(seed, conditions.length), policy, source, guidance, known, listener);
    }

    /** A request of one seed for all rows that nobody watches. */
    public DecodingRequest(
            int[] conditions,
            long[] imageIndices,
            long seed,
            OrderPolicy policy,
            TokenSource source,
            Guidance guidance,
            KnownTokens known) {
        this(conditions, imageIndices, seed, policy, source, guidance, known, DecodingListener.NONE);
    }

    /** Checks that the rows fit together. */
    public DecodingRequest {
        conditions = conditions.clone();
        imageIndices = imageIndices.clone();
        seeds = seeds.clone();
        int batch = conditions.length;
        requireRows("image indices", imageIndices.length, batch);
        requireRows("seeds", seeds.length, batch);
        if (!known.ofRows().isEmpty()) {
            requireRows("sets of known cells", known.ofRows().size(), batch);
        }
        if (known.count() > 0) {
            requireRows("rows of known tokens", known.tokens().length, batch);
        }
        if (!known.sequence().isEmpty()) {
            requireRows("sequences of known cells", known.sequence().size(), batch);
        }
        if (!known.hidden().isEmpty()) {
            requireRows("sets of hidden cells", known.hidden().size(), batch);
        }
        if (source instanceof TokenSource.GroundTruth truth) {
            requireRows("rows of ground truth", truth.tokens().length, batch);
        }
        if (source instanceof TokenSource.Sampled sampled && sampled.filters().size() != 1) {
            requireRows("filters", sampled.filters().size(), batch);
        }
        policy.check(batch, source);
    }

    private static long[] repeated(long seed, int rows) {
        long[] seeds = new long[rows];
        Arrays.fill(seeds, seed);
        return seeds;
    }

    static void requireRows(String what, int actual, int batch) {
        Require.that(
                batch >= 1 && actual == batch,
                "a decoding request of %s conditions needs as many %s and at least one, but has %s",
                batch,
                what,
                actual);
    }

    @Override
    public String toString() {
        return "DecodingRequest[conditions=" + Arrays.toString(conditions) + ", imageIndices="
                + Arrays.toString(imageIndices) + ", seeds=" + Arrays.toString(seeds) + ", policy=" + policy + "]";
    }
}
