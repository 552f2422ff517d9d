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
    /** What {@link #arm} says where a tokenizer was measured. */
    public static final String TOKENIZER = "tokenizer";

    private static final String RECONSTRUCTION = "reconstruction";

    /**
     * The figures of drawn images.
     *
     * @param space where and by what they are compared; statistics that need more families are left out
     * @param reference features of real images
     * @param samples features of the drawn ones
     */
    public static List<EvaluationFigure> ofSamples(
            String arm,
            String drawing,
            FeatureSpace space,
            FeatureSet reference,
            FeatureSet samples,
            Subsampling subsampling,
            long seed) {
        List<EvaluationFigure> figures = new ArrayList<>();
        for (SampleStatistic statistic : space.statistics()) {
            if (!statistic.measures(reference, samples)) {
                continue;
            }
            List<Metric> metrics = statistic.metrics(space.name());
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

    /**
     * The figures of a tokenizer: PSNR, reconstruction Frechet distance, share of codes used, perplexity. The last two describe the
     * set as a whole and have no interval.
     */
    public static List<EvaluationFigure> of(ReconstructionQuality quality, long seed) {
        return List.of(
                ofTokenizer(ReconstructionQuality.SIGNAL_TO_NOISE, quality.signalToNoise(), quality.images(), seed),
                ofTokenizer(quality.metric(), quality.frechetDistance(), quality.images(), seed),
                ofTokenizer(
                        ReconstructionQuality.CODEBOOK_USE,
                        Interval.without(Interval.Missing.OF_THE_SET, quality.codebookUse(), seed),
                        quality.images(),
                        seed),
                ofTokenizer(
                        ReconstructionQuality.PERPLEXITY,
                        Interval.without(Interval.Missing.OF_THE_SET, quality.perplexity(), seed),
                        quality.images(),
                        seed));
    }

    private static EvaluationFigure ofTokenizer(Metric metric, Interval value, int images, long seed) {
        return new EvaluationFigure(TOKENIZER, RECONSTRUCTION, metric, value, images, seed);
    }
}
