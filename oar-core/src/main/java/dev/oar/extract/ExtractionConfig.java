package dev.oar.extract;

import dev.oar.config.Default;
import dev.oar.config.Flat;
import dev.oar.config.Keys;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.DynamicOrder;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.tensor.WeightFormat;
import dev.oar.tuning.WeightFormatSetting;

/**
 * How orders are extracted.
 *
 * @param order in which order cells are committed; greedy unless told otherwise, and read from the guided logits where there is guidance
 * @param tokens whose tokens are committed
 * @param guidanceScale classifier-free guidance of the logits that confidences are read from; 1 = off
 * @param batchSize images per forward pass
 * @param imagesPerShard images per file; at most this many are done again after a kill
 * @param seed decides the sampled tokens of the free-running form
 * @param weightFormat how the weights of the model's linear layers are kept; float32 is exact; automatic until it is
 *     settled where the extraction begins
 */
@Keys({
    "confidence",
    "locality-weight",
    "tokens",
    "guidance-scale",
    "cells-per-step",
    "batch-size",
    "images-per-shard",
    "seed",
    "weight-format"
})
public record ExtractionConfig(
        @Flat @Default("{confidence-logits: guided, order-noise: 0}")
        DynamicOrder order,

        @Default("image") Tokens tokens,
        @Default("1") double guidanceScale,
        @Default("32") int batchSize,
        @Default("512") int imagesPerShard,
        @Default("0") long seed,
        @Default("float32") WeightFormatSetting weightFormat) {

    /** Whose tokens are committed. */
    public enum Tokens {
        /** The image's own: teacher-forced extraction. */
        IMAGE,
        /** The model's sampled tokens: free-running extraction distils from generated images, which fine-tuning then learns. */
        SAMPLED
    }

    /** Checks the ranges. */
    public ExtractionConfig {
        if (batchSize < 1 || imagesPerShard < 1) {
            throw new IllegalArgumentException("batch-size and images-per-shard must be positive, but are " + batchSize
                    + " and " + imagesPerShard + "; 32 and 512 are usual");
        }
        if (order.ranking().confidence().needsGroundTruth() && tokens == Tokens.SAMPLED) {
            throw new IllegalArgumentException(
                    "ground-truth-probability needs the image's own tokens, but tokens is sampled;"
                            + " choose tokens: image or another confidence");
        }
        var unused = ClassifierFreeGuidance.constant(guidanceScale);
    }

    /** An extraction from the images' own tokens without guidance, in the order most confident first by this measure. */
    public static ExtractionConfig of(ConfidenceMeasure confidence) {
        return new ExtractionConfig(
                DynamicOrder.greedy(confidence).withLogits(ConfidenceLogits.GUIDED),
                Tokens.IMAGE,
                1,
                32,
                512,
                0,
                WeightFormatSetting.FLOAT32);
    }

    /** The same extraction in another order. */
    public ExtractionConfig withOrder(DynamicOrder other) {
        return new ExtractionConfig(other, tokens, guidanceScale, batchSize, imagesPerShard, seed, weightFormat);
    }

    /** The same extraction of other tokens. */
    public ExtractionConfig withTokens(Tokens other) {
        return new ExtractionConfig(order, other, guidanceScale, batchSize, imagesPerShard, seed, weightFormat);
    }

    /** The same extraction in batches and files of another size. */
    public ExtractionConfig withBatches(int images, int shard) {
        return new ExtractionConfig(order, tokens, guidanceScale, images, shard, seed, weightFormat);
    }

    /** The same extraction with another seed. */
    public ExtractionConfig withSeed(long other) {
        return new ExtractionConfig(order, tokens, guidanceScale, batchSize, imagesPerShard, other, weightFormat);
    }

    /** The same extraction with a weight format that has been decided. */
    public ExtractionConfig withWeightFormat(WeightFormat decided) {
        return new ExtractionConfig(
                order, tokens, guidanceScale, batchSize, imagesPerShard, seed, WeightFormatSetting.of(decided));
    }

    /** The decoder's policy; without guidance all logits are conditional. */
    OrderPolicy policy() {
        return guidanceScale == 1
                ? order.withLogits(ConfidenceLogits.CONDITIONAL).policy()
                : order.policy();
    }
}
