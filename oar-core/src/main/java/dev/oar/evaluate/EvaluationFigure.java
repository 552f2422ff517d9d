package dev.oar.evaluate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One figure of a results file.
 *
 * @param arm what was measured: a model of the recipe such as {@code specialised}, or {@code tokenizer}
 * @param drawing how its images were drawn or in which orders it predicted; only figures of one drawing are comparable
 * @param metric what the figure says
 * @param value the figure with its interval
 * @param samples how many images were measured
 * @param seed the seed the images were drawn with, or the orders
 * @param givenReference of a comparison with reference images, the interval over the drawn images alone
 *     ({@link Subsampling#intervalsGivenReference}), by which results that share the reference are compared
 * @param families of a mean, the value of each family, by which results on the same images are paired
 */
public record EvaluationFigure(
        String arm,
        String drawing,
        Metric metric,
        Interval value,
        @JsonProperty(required = true) int samples,
        @JsonProperty(required = true) long seed,
        Optional<Interval> givenReference,
        Optional<FamilyValues> families) {
    /** What {@link #arm} says where a tokenizer was measured. */
    public static final String TOKENIZER = "tokenizer";

    private static final String RECONSTRUCTION = "reconstruction";

    /** A figure of which no more is known than its interval. */
    public EvaluationFigure(String arm, String drawing, Metric metric, Interval value, int samples, long seed) {
        this(arm, drawing, metric, value, samples, seed, Optional.empty(), Optional.empty());
    }

    /** The mean of one value per family. */
    public static EvaluationFigure ofFamilies(
            String arm, String drawing, Metric metric, FamilyValues families, int samples, long seed) {
        return new EvaluationFigure(
                arm, drawing, metric, families.mean(), samples, seed, Optional.empty(), Optional.of(families));
    }

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
            if (statistic.measures(reference, samples)) {
                List<Metric> metrics = statistic.metrics(space);
                figures.addAll(ofStatistic(arm, drawing, statistic, metrics, reference, samples, subsampling, seed));
            }
        }
        return figures;
    }

    /**
     * The figures of drawn images under one statistic.
     *
     * @param metrics what its values are called
     * @throws IllegalArgumentException if the statistic needs more images
     */
    public static List<EvaluationFigure> ofStatistic(
            String arm,
            String drawing,
            SampleStatistic statistic,
            List<Metric> metrics,
            FeatureSet reference,
            FeatureSet samples,
            Subsampling subsampling,
            long seed) {
        List<Interval> intervals = subsampling.intervals(statistic, reference, samples);
        List<Interval> given = subsampling.intervalsGivenReference(statistic, reference, samples);
        return IntStream.range(0, metrics.size())
                .mapToObj(i -> new EvaluationFigure(
                        arm,
                        drawing,
                        metrics.get(i),
                        intervals.get(i),
                        samples.count(),
                        seed,
                        Optional.of(given.get(i)),
                        Optional.empty()))
                .toList();
    }

    /** The figure of predicted tokens. */
    public static EvaluationFigure of(String arm, BitsPerToken bits, long seed) {
        return ofFamilies(arm, bits.orders(), bits.metric(), bits.families(), bits.images(), seed);
    }

    /**
     * The figures of a tokenizer: PSNR, reconstruction Frechet distance, fraction of codes used, perplexity. The last two describe the
     * set as a whole and have no interval.
     */
    public static List<EvaluationFigure> of(ReconstructionQuality quality, long seed) {
        return List.of(
                ofFamilies(
                        TOKENIZER,
                        RECONSTRUCTION,
                        ReconstructionQuality.SIGNAL_TO_NOISE,
                        quality.signalToNoise(),
                        quality.images(),
                        seed),
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

    /**
     * What this figure has more than another one that was measured alike. Where both keep the values of their families, these are paired, and
     * the interval is that of a mean. Of others, the interval is as wide as both together, in squares: given the reference, where both share
     * it and say so.
     *
     * @throws IllegalArgumentException if their families are not the same
     */
    public Interval minus(EvaluationFigure other) {
        if (families.isPresent() && other.families.isPresent()) {
            return families.get().minus(other.families.get()).mean();
        }
        boolean given = givenReference.isPresent() && other.givenReference.isPresent();
        Interval first = given ? givenReference.get() : value;
        Interval second = given ? other.givenReference.get() : other.value;
        double point = first.point() - second.point();
        Optional<Interval.Missing> missing = first.missing().or(second::missing);
        if (missing.isPresent()) {
            return Interval.without(missing.get(), point, first.seed());
        }
        double reach = Math.hypot(first.reach(), second.reach());
        return new Interval(
                point, point - reach, point + reach, Math.min(first.subsamples(), second.subsamples()), first.seed());
    }

    /** The same figure without the values of families, where nobody will pair them: of thousands of images they are long. */
    public EvaluationFigure withoutFamilies() {
        return new EvaluationFigure(arm, drawing, metric, value, samples, seed, givenReference, Optional.empty());
    }

    private static EvaluationFigure ofTokenizer(Metric metric, Interval value, int images, long seed) {
        return new EvaluationFigure(TOKENIZER, RECONSTRUCTION, metric, value, images, seed);
    }
}
