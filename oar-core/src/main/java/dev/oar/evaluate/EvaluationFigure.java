package dev.oar.evaluate;

import java.util.ArrayList;
import java.util.List;

/**
 * One figure of a results file.
 *
 * @param arm what was measured: a model of the recipe such as {@code specialised}, or {@code tokenizer}
 * @param drawing how its images were drawn or in which orders it predicted; only figures of one drawing are comparable
 * @param metric what the figure says
 * @param value the figure with its interval
 * @param samples how many images were measured
 * @param seed the seed the images were drawn with, or the orders
 */
public record EvaluationFigure(String arm, String drawing, Metric metric, Interval value, int samples, long seed) {
    /** The statistics of drawn images: Frechet distance, kernel distance, precision, recall, density and coverage. */
    public static List<SampleStatistic> sampleStatistics() {
        return List.of(new FrechetDistance(), new KernelDistance(), new PrecisionRecall());
    }

    /**
     * The figures of drawn images.
     *
     * @param featureSpace name of the feature network
     * @param reference features of real images
     * @param samples features of the drawn ones
     */
    public static List<EvaluationFigure> ofSamples(
            String arm,
            String drawing,
            String featureSpace,
            FeatureSet reference,
            FeatureSet samples,
            Subsampling subsampling,
            long seed) {
        List<EvaluationFigure> figures = new ArrayList<>();
        for (SampleStatistic statistic : sampleStatistics()) {
            if (!statistic.measures(reference, samples)) {
                continue;
            }
            List<Metric> metrics = statistic.metrics(featureSpace);
            List<Interval> intervals = subsampling.intervals(statistic, reference, samples);
            for (int i = 0; i < metrics.size(); i++) {
                figures.add(
                        new EvaluationFigure(arm, drawing, metrics.get(i), intervals.get(i), samples.count(), seed));
            }
        }
        return figures;
    }

    /** The figure of predicted tokens. */
    public static EvaluationFigure of(String arm, BitsPerToken bits, long seed) {
        return new EvaluationFigure(arm, bits.orders(), bits.metric(), bits.bits(), bits.images(), seed);
    }

    /** The figures of a tokenizer. */
    public static List<EvaluationFigure> of(ReconstructionQuality quality, long seed) {
        return List.of(
                new EvaluationFigure(
                        "tokenizer",
                        "reconstruction",
                        ReconstructionQuality.SIGNAL_TO_NOISE,
                        quality.signalToNoise(),
                        quality.images(),
                        seed),
                new EvaluationFigure(
                        "tokenizer",
                        "reconstruction",
                        quality.metric(),
                        quality.frechetDistance(),
                        quality.images(),
                        seed));
    }
}
