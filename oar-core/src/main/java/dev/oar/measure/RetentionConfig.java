package dev.oar.measure;

import dev.oar.config.Require;
import dev.oar.decode.ConfidenceMeasure;

/**
 * How any-order ability is measured.
 *
 * @param samples images drawn per model and order; 0 = none are drawn
 * @param batchSize images per forward pass
 * @param confidence measure of extracted and dynamic orders
 * @param orderNoise noise of the noisy dynamic order that images are drawn in and code lengths measured; 0 = only the greedy one
 * @param subsamples subsamples behind every interval
 * @param seed seed of orders, drawings and subsamples
 */
public record RetentionConfig(
        int samples, int batchSize, ConfidenceMeasure confidence, double orderNoise, int subsamples, long seed) {
    /** Checks the ranges. */
    public RetentionConfig {
        Require.that(
                samples >= 0 && samples != 1 && batchSize >= 1 && subsamples >= 2,
                "retention needs no samples or at least 2, a batch size of at least 1 and at least 2 subsamples, but was given"
                        + " %s, %s and %s; usual are 2048, 32 and 40",
                samples,
                batchSize,
                subsamples);
        Require.that(
                !confidence.needsGroundTruth(),
                "orders by %s look at the answers, so bits per token in them would be no code length; choose"
                        + " negative-entropy",
                confidence);
    }
}
