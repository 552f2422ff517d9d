package dev.oar.model;

import dev.oar.config.Default;

/**
 * Where a network drops values in training.
 *
 * @param tokenDropout dropout on the input sequence
 * @param residualDropout dropout on the output of each attention
 * @param feedForwardDropout dropout on the output of each feed-forward network
 */
public record Dropouts(
        @Default("0.1") double tokenDropout,
        @Default("0.1") double residualDropout,
        @Default("0.1") double feedForwardDropout) {
    /** Nowhere. */
    public static final Dropouts NONE = new Dropouts(0, 0, 0);

    /** The usual ones. */
    public static final Dropouts USUAL = new Dropouts(0.1, 0.1, 0.1);

    /** Checks the ranges. */
    public Dropouts {
        for (double dropout : new double[] {tokenDropout, residualDropout, feedForwardDropout}) {
            if (!(dropout >= 0 && dropout < 1)) {
                throw new IllegalArgumentException("a dropout must lie in [0, 1), but is " + dropout);
            }
        }
    }
}
