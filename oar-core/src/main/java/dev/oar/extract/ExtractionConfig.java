package dev.oar.extract;

import dev.oar.config.Default;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderNoise;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.decode.Shortlist;
import dev.oar.tensor.WeightFormat;
import dev.oar.tuning.WeightFormatSetting;
import java.util.Optional;

/**
 * How orders are extracted.
 *
 * @param confidence the confidence measure
 * @param localityWeight weight of the distance to the nearest filled cell, in diagonals of the grid; 0 = off
 * @param tokens whose tokens are committed
 * @param guidanceScale classifier-free guidance of the logits that confidences are read from; 1 = off
 * @param cellsPerStep cells committed after each scoring; 1 is exact, more is cheaper
 * @param batchSize images per forward pass
 * @param imagesPerShard images per file; at most this many are done again after a kill
 * @param seed decides the sampled tokens of the free-running form
 * @param weightFormat how the weights of the model's linear layers are kept; float32 is exact; automatic until it is
 *     settled where the extraction begins
 * @param shortlist which cells are asked about between full scorings; absent: all at every step, which is exact
 */
public record ExtractionConfig(
        @Default("negative-entropy") ConfidenceMeasure confidence,
        @Default("0") double localityWeight,
        @Default("image") Tokens tokens,
        @Default("1") double guidanceScale,
        @Default("1") int cellsPerStep,
        @Default("32") int batchSize,
        @Default("512") int imagesPerShard,
        @Default("0") long seed,
        @Default("float32") WeightFormatSetting weightFormat,
        Optional<Shortlist> shortlist) {

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
        if (confidence.needsGroundTruth() && tokens == Tokens.SAMPLED) {
            throw new IllegalArgumentException(
                    "ground-truth-probability needs the image's own tokens, but tokens is sampled;"
                            + " choose tokens: image or another confidence");
        }
        // Guidance and policy check their own numbers.
        var unused = new Object[] {
            ClassifierFreeGuidance.constant(guidanceScale),
            new OrderPolicy.MostConfidentFirst(
                    confidence, ConfidenceLogits.CONDITIONAL, localityWeight, 0, cellsPerStep)
        };
    }

    /** An extraction with weights in float32. */
    public ExtractionConfig(
            ConfidenceMeasure confidence,
            double localityWeight,
            Tokens tokens,
            double guidanceScale,
            int cellsPerStep,
            int batchSize,
            int imagesPerShard,
            long seed) {
        this(
                confidence,
                localityWeight,
                tokens,
                guidanceScale,
                cellsPerStep,
                batchSize,
                imagesPerShard,
                seed,
                WeightFormatSetting.FLOAT32,
                Optional.empty());
    }

    /** The same extraction with a shortlist. */
    public ExtractionConfig withShortlist(Shortlist cells) {
        return new ExtractionConfig(
                confidence,
                localityWeight,
                tokens,
                guidanceScale,
                cellsPerStep,
                batchSize,
                imagesPerShard,
                seed,
                weightFormat,
                Optional.of(cells));
    }

    /** The same extraction with a weight format that has been decided. */
    public ExtractionConfig withWeightFormat(WeightFormat decided) {
        return new ExtractionConfig(
                confidence,
                localityWeight,
                tokens,
                guidanceScale,
                cellsPerStep,
                batchSize,
                imagesPerShard,
                seed,
                WeightFormatSetting.of(decided),
                shortlist);
    }

    /** The decoder's policy. */
    OrderPolicy policy() {
        ConfidenceLogits logits = guidanceScale == 1 ? ConfidenceLogits.CONDITIONAL : ConfidenceLogits.GUIDED;
        return new OrderPolicy.MostConfidentFirst(
                confidence, logits, localityWeight, OrderNoise.NONE, cellsPerStep, shortlist);
    }
}
