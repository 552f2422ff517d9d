package dev.oar.extract;

import dev.oar.config.Default;
import dev.oar.config.Flat;
import dev.oar.config.Keys;
import dev.oar.config.Require;
import dev.oar.decode.Calibrated;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.DynamicOrder;
import dev.oar.decode.InformativeFirst;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.model.AnyOrderModel;
import dev.oar.tensor.WeightFormat;
import dev.oar.tuning.WeightFormatSetting;
import java.util.Optional;

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
 * @param informationGain cells rank by how much they tell about the others, see {@link InformativeFirst}; absent: as {@code order} says
 * @param calibration cells rank by how much surer the model is of them than it usually is of those cells, see {@link Calibrated}; absent: by
 *     how sure it is
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
        @Default("float32") WeightFormatSetting weightFormat,
        Optional<InformationGain> informationGain,
        Optional<Calibration> calibration) {

    private static final DynamicOrder USUAL =
            DynamicOrder.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY).withLogits(ConfidenceLogits.GUIDED);

    /** Whose tokens are committed. */
    public enum Tokens {
        /** The image's own: teacher-forced extraction. */
        IMAGE,
        /** The model's sampled tokens: free-running extraction distils from generated images, which fine-tuning then learns. */
        SAMPLED
    }

    /**
     * How the cell is found that tells most about the others.
     *
     * @param candidates how many cells, those of the highest entropy, are tried at each step; absent: all, which is exact
     */
    public record InformationGain(Optional<Integer> candidates) {
        /** Checks the number. */
        public InformationGain {
            candidates.ifPresent(number -> Require.that(
                    number >= 1, "candidates must be at least 1, but is %s; leave it out to try all cells", number));
        }
    }

    /**
     * How it is found what is usual of cells: by an extraction of some images, greedy and without shortlist, whose scores are averaged.
     *
     * @param bins into how many bins the share of filled cells is divided
     * @param images how many training images, spread over all
     */
    public record Calibration(
            @Default("8") int bins, @Default("512") int images) {
        /** Checks the numbers. */
        public Calibration {
            Require.that(
                    bins >= 1 && images >= 1,
                    "a calibration needs at least 1 bin and 1 image, but has %s and %s; 8 and 512 are usual",
                    bins,
                    images);
        }
    }

    /** An extraction in the order of confidences. */
    public ExtractionConfig(
            DynamicOrder order,
            Tokens tokens,
            double guidanceScale,
            int batchSize,
            int imagesPerShard,
            long seed,
            WeightFormatSetting weightFormat) {
        this(
                order,
                tokens,
                guidanceScale,
                batchSize,
                imagesPerShard,
                seed,
                weightFormat,
                Optional.empty(),
                Optional.empty());
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
        if (informationGain.isPresent()) {
            Require.that(
                    order.equals(USUAL) && calibration.isEmpty() && tokens == Tokens.IMAGE && guidanceScale == 1,
                    "information-gain ranks cells by itself, on the images' own tokens and without guidance, but is given"
                            + " together with settings of another order, of calibration, sampled tokens or guidance;"
                            + " leave out either");
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
        return new ExtractionConfig(
                other,
                tokens,
                guidanceScale,
                batchSize,
                imagesPerShard,
                seed,
                weightFormat,
                informationGain,
                calibration);
    }

    /** The same extraction of other tokens. */
    public ExtractionConfig withTokens(Tokens other) {
        return new ExtractionConfig(
                order,
                other,
                guidanceScale,
                batchSize,
                imagesPerShard,
                seed,
                weightFormat,
                informationGain,
                calibration);
    }

    /** The same extraction in batches and files of another size. */
    public ExtractionConfig withBatches(int images, int shard) {
        return new ExtractionConfig(
                order, tokens, guidanceScale, images, shard, seed, weightFormat, informationGain, calibration);
    }

    /** The same extraction with another seed. */
    public ExtractionConfig withSeed(long other) {
        return new ExtractionConfig(
                order,
                tokens,
                guidanceScale,
                batchSize,
                imagesPerShard,
                other,
                weightFormat,
                informationGain,
                calibration);
    }

    /** The same extraction by how much cells tell about the others. */
    public ExtractionConfig withInformationGain(InformationGain gain) {
        return new ExtractionConfig(
                order,
                tokens,
                guidanceScale,
                batchSize,
                imagesPerShard,
                seed,
                weightFormat,
                Optional.of(gain),
                calibration);
    }

    /** The same extraction of cells that rank by how much surer the model is of them than usual. */
    public ExtractionConfig withCalibration(Calibration usual) {
        return new ExtractionConfig(
                order,
                tokens,
                guidanceScale,
                batchSize,
                imagesPerShard,
                seed,
                weightFormat,
                informationGain,
                Optional.of(usual));
    }

    /** The extraction whose scores are averaged. */
    ExtractionConfig observed() {
        DynamicOrder greedy = new DynamicOrder(order.ranking().withNoise(0), order.cellsPerStep(), Optional.empty());
        return new ExtractionConfig(greedy, tokens, guidanceScale, batchSize, imagesPerShard, seed, weightFormat);
    }

    /** The same extraction with a weight format that has been decided. */
    public ExtractionConfig withWeightFormat(WeightFormat decided) {
        return new ExtractionConfig(
                order,
                tokens,
                guidanceScale,
                batchSize,
                imagesPerShard,
                seed,
                WeightFormatSetting.of(decided),
                informationGain,
                calibration);
    }

    /** Whether cells rank by what only their true tokens tell, so that no drawing follows such orders. */
    public boolean looksAtAnswers() {
        return informationGain.isPresent() || order.ranking().confidence().needsGroundTruth();
    }

    /** The name of what cells rank by. */
    String ranking() {
        return informationGain.isPresent()
                ? "information-gain"
                : order.ranking().confidence().word();
    }

    /**
     * The decoder's policy of a batch; without guidance all logits are conditional.
     *
     * @param conditions of the images
     * @param images their tokens
     */
    OrderPolicy policy(AnyOrderModel model, int[] conditions, int[][] images) {
        if (informationGain.isPresent()) {
            int all = model.space().cells();
            return new InformativeFirst(
                    model,
                    conditions,
                    images,
                    informationGain.get().candidates().orElse(all));
        }
        return guidanceScale == 1
                ? order.withLogits(ConfidenceLogits.CONDITIONAL).policy()
                : order.policy();
    }
}
