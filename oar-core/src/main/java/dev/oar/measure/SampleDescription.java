package dev.oar.measure;

import dev.oar.config.Require;
import dev.oar.generate.Drawing;

/**
 * What samples depend on. Folders of samples keep it, so that a run that was broken off goes on with the same or is refused.
 *
 * @param weights fingerprint of the transformer, and that of the order network where the order needs it
 * @param tokenizer fingerprint of the tokenizer
 * @param classes how often each class is drawn, which with its index determines a sample's class
 * @param drawing how they are drawn
 * @param seed with its index, the seed determines a sample
 * @param batchSize images drawn together
 */
public record SampleDescription(
        String weights, String tokenizer, ClassShares classes, Drawing drawing, long seed, int batchSize) {
    /** Checks the ranges. */
    public SampleDescription {
        Require.that(batchSize >= 1, "samples need a batch size of at least 1, but were given %s", batchSize);
    }
}
