package dev.oar.decode;

import java.util.Arrays;

/**
 * One batch to decode.
 *
 * @param conditions class ids, one per row
 * @param imageIndices the index of each image: with the seed it determines all random numbers of its row
 * @param seed the seed
 * @param policy which cell is next
 * @param source where tokens come from
 * @param guidance classifier-free guidance
 * @param known cells given beforehand
 * @param listener is told after every step
 */
public record DecodingRequest(
        int[] conditions,
        long[] imageIndices,
        long seed,
        OrderPolicy policy,
        TokenSource source,
        ClassifierFreeGuidance guidance,
        KnownTokens known,
        DecodingListener listener) {
    /** A request that nobody watches. */
    public DecodingRequest(
            int[] conditions,
            long[] imageIndices,
            long seed,
            OrderPolicy policy,
            TokenSource source,
            ClassifierFreeGuidance guidance,
            KnownTokens known) {
        this(conditions, imageIndices, seed, policy, source, guidance, known, DecodingListener.NONE);
    }

    /** Checks that the rows fit together. */
    public DecodingRequest {
        conditions = conditions.clone();
        imageIndices = imageIndices.clone();
        int batch = conditions.length;
        requireRows("image indices", imageIndices.length, batch);
        if (!known.cells().isEmpty()) {
            requireRows("rows of known tokens", known.tokens().length, batch);
        }
        if (source instanceof TokenSource.GroundTruth truth) {
            requireRows("rows of ground truth", truth.tokens().length, batch);
        }
        if (policy instanceof OrderPolicy.GivenOrders fixed) {
            requireRows("orders", fixed.orders().size(), batch);
        }
        if (policy instanceof OrderPolicy.MostConfidentFirst dynamic
                && dynamic.measure().needsGroundTruth()
                && !(source instanceof TokenSource.GroundTruth)) {
            throw new IllegalArgumentException(
                    "the measure ground-truth-probability looks at the answer and cannot be used for"
                            + " drawing; choose max-probability, negative-entropy, margin, top-k-mass or sampled-probability");
        }
    }

    private static void requireRows(String what, int actual, int batch) {
        if (batch < 1 || actual != batch) {
            throw new IllegalArgumentException("a decoding request of " + batch + " conditions needs as many " + what
                    + " and at least one, but has " + actual);
        }
    }

    @Override
    public String toString() {
        return "DecodingRequest[conditions=" + Arrays.toString(conditions) + ", imageIndices="
                + Arrays.toString(imageIndices) + ", seed=" + seed + ", policy=" + policy + "]";
    }
}
