package dev.oar.measure;

import dev.oar.config.Require;
import dev.oar.evaluate.UnlimitedFrechetDistance;

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

    /**
     * Checks that so many samples can be measured as configured.
     *
     * @param samples how many images there are
     * @param width features of the network
     * @throws IllegalArgumentException if the distance is to be extrapolated and there are too few
     */
    public void requireMeasurable(int samples, int width) {
        if (unlimited) {
            UnlimitedFrechetDistance.requireEnough(samples, width);
        }
    }
}
