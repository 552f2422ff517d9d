package dev.oar.tokenizer;

import dev.oar.config.Default;
import dev.oar.config.Require;
import java.util.Optional;

/**
 * How a {@link PatchDiscriminator} is trained beside the tokenizer, and how much the tokenizer heeds it (Esser et al., "Taming
 * transformers for high-resolution image synthesis", 2021).
 *
 * @param objective the loss of both sides
 * @param weight what the generator's loss is multiplied by, besides the adaptive weight; positive
 * @param start steps that the tokenizer does before the discriminator is trained or heard, at least 0
 * @param layers layers of stride 2 of the discriminator, pix2pix's {@code n_layers}
 * @param baseChannels channels of its first layer, pix2pix's {@code ndf}
 * @param learningRate peak of its learning rate, which follows the schedule of the tokenizer's training; empty for the tokenizer's own,
 *     since a side that learns much faster than the other soon spoils it
 * @param beta1 decay of its AdamW's first moment, in [0, 1)
 * @param beta2 decay of its AdamW's second moment, in [0, 1)
 */
public record AdversarialLossConfig(
        @Default("hinge") AdversarialObjective objective,
        @Default("0.8") double weight,
        @Default("0") long start,
        @Default("3") int layers,
        @Default("64") int baseChannels,
        Optional<Double> learningRate,
        @Default("0.5") double beta1,
        @Default("0.9") double beta2) {
    private static final int MOST_LAYERS = 8;

    /** Checks the settings. */
    public AdversarialLossConfig {
        Require.that(
                weight > 0 && weight < Double.POSITIVE_INFINITY,
                "weight must be a positive finite number, but is %s; leave adversarial out to do without it",
                weight);
        Require.that(start >= 0, "start must be at least 0, but is %d; 0 begins with the first step", start);
        Require.that(
                layers >= 1 && layers <= MOST_LAYERS,
                "layers must lie in 1 .. %d, but is %d; 3 is pix2pix's choice for 256 x 256 pixels",
                MOST_LAYERS,
                layers);
        Require.that(
                baseChannels >= 1 && baseChannels <= 1024,
                "base-channels must lie in 1 .. 1024, but is %d; 64 is pix2pix's choice",
                baseChannels);
        learningRate.ifPresent(rate -> Require.that(
                rate > 0 && rate < Double.POSITIVE_INFINITY,
                "learning-rate must be positive, but is %s; leave it out to take the tokenizer's",
                rate));
        Require.that(
                beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1,
                "beta1 and beta2 must lie in [0, 1), but are %s and %s; 0.5 and 0.9 are VQGAN's",
                beta1,
                beta2);
    }

    /** VQGAN's settings, from the first step. */
    public static AdversarialLossConfig standard() {
        return new AdversarialLossConfig(AdversarialObjective.HINGE, 0.8, 0, 3, 64, Optional.empty(), 0.5, 0.9);
    }
}
