package dev.oar.measure;

import dev.oar.config.Require;
import dev.oar.generate.Drawing;

/**
 * What samples depend on. Folders of samples keep it, so that a run that was broken off goes on with the same or is refused.
 *
 * @param weights fingerprint of the transformer
 * @param tokenizer fingerprint of the tokenizer
 * @param classes how many classes are drawn in turn: sample i is of class i modulo this
 * @param drawing how they are drawn
 * @param seed with its index, the seed determines a sample
 * @param batchSize images drawn together
 */
public record SampleDescription(
        String weights, String tokenizer, int classes, Drawing drawing, long seed, int batchSize) {
    /** Checks the ranges. */
    public SampleDescription {
        Require.that(
                classes >= 1 && batchSize >= 1,
                "samples need at least one class and a batch size of at least 1, but were given %s and %s",
                classes,
                batchSize);
    }
}
