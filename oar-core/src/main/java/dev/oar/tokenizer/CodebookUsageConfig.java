package dev.oar.tokenizer;

import dev.oar.config.Default;
import dev.oar.config.Require;

/**
 * How codes that nothing is quantised to come back to life. Usage is counted relative to an evenly used codebook: 1 is a code's
 * fair share.
 *
 * @param startFromFirstBatch whether all codes start as latents of the first batch instead of at random
 * @param decay how much of the moving average survives a step, in [0, 1)
 * @param restartBelow codes used less than this share of their fair share are moved to latents of the current batch; 0 switches
 *     restarts off
 */
public record CodebookUsageConfig(
        @Default("true") boolean startFromFirstBatch,
        @Default("0.98") double decay,
        @Default("0.05") double restartBelow) {
    /** Checks the ranges. */
    public CodebookUsageConfig {
        Require.that(
                decay >= 0 && decay < 1,
                "decay of the codebook usage must lie in [0, 1), but is %s; 0.98 forgets in 50 steps",
                decay);
        Require.that(
                restartBelow >= 0 && restartBelow < 1,
                "restart-below must lie in [0, 1), but is %s; 0 switches restarts off",
                restartBelow);
    }

    /** The defaults: codes start as latents of the first batch, and restart below a twentieth of their fair share. */
    public static CodebookUsageConfig defaults() {
        return new CodebookUsageConfig(true, 0.98, 0.05);
    }
}
