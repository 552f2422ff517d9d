package dev.oar.measure;

import dev.oar.config.Require;

/**
 * How sets of images are compared.
 *
 * @param batchSize images per forward pass
 * @param subsamples subsamples behind every interval
 * @param unlimited whether the Frechet distance is also extrapolated to unlimited samples
 * @param seed chooses subsamples
 */
public record ComparisonConfig(int batchSize, int subsamples, boolean unlimited, long seed) {
    /** Checks the ranges. */
    public ComparisonConfig {
        Require.that(
                batchSize >= 1 && subsamples >= 2,
                "a comparison needs a batch size of at least 1 and at least 2 subsamples, but was given %s and %s; usual"
                        + " are 32 and 20",
                batchSize,
                subsamples);
    }
}
