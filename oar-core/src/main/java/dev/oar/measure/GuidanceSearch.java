package dev.oar.measure;

import dev.oar.config.Require;
import dev.oar.data.ImageSource;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSpace;
import dev.oar.evaluate.FrechetDistance;
import dev.oar.evaluate.GaussianStatistics;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.Metric;
import dev.oar.feature.FeatureNetwork;
import dev.oar.report.LinePlot;
import dev.oar.report.Series;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The Frechet distance by guidance scale, at equal numbers of samples. Searching picks the scale that does best on the reference, so the
 * distance at that scale is a little too good; measure it again with more samples or another seed.
 *
 * @param scales the scales, ascending
 * @param distances the distance at each
 * @param metric the distance in the network's space
 * @param samples images behind each distance
 * @param seed seed they were drawn with
 */
public record GuidanceSearch(List<Double> scales, List<Double> distances, Metric metric, int samples, long seed) {
    private static final int MOST_SCALES = 200;

    /** The images of a scale. */
    @FunctionalInterface
    public interface Samples {
        /** Draws, or reads what was drawn before. */
        ImageSource of(double scale) throws IOException;
    }

    /** Copies the lists. */
    public GuidanceSearch {
        scales = List.copyOf(scales);
        distances = List.copyOf(distances);
    }

    /**
     * The scales of a search.
     *
     * @param range first, last and step as in {@code 1:4:0.2}
     * @throws IllegalArgumentException if it is nothing like that, or more than 200 scales
     */
    public static List<Double> scales(String range) {
        String[] parts = range.split(":", -1);
        try {
            BigDecimal first = new BigDecimal(parts[0]);
            BigDecimal last = new BigDecimal(parts[1]);
            BigDecimal step = new BigDecimal(parts[2]);
            List<Double> scales = new ArrayList<>();
            Require.that(
                    parts.length == 3 && first.signum() >= 0 && step.signum() > 0 && last.compareTo(first) >= 0,
                    "a search goes upwards from at least 0, but was given %s; 1:4:0.2 is usual",
                    range);
            for (BigDecimal scale = first; scale.compareTo(last) <= 0; scale = scale.add(step)) {
                scales.add(scale.doubleValue());
                Require.that(
                        scales.size() <= MOST_SCALES,
                        "a search may try %s scales, but %s asks for more; choose a larger step",
                        MOST_SCALES,
                        range);
            }
            return scales;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "a guidance search is given as FIRST:LAST:STEP, but is '" + range + "'; 1:4:0.2 is usual", e);
        }
    }

    /**
     * Measures every scale.
     *
     * @param samples number of images that the source gives of each scale
     */
    public static GuidanceSearch run(
            List<Double> scales,
            Samples source,
            FeatureNetwork network,
            GaussianStatistics reference,
            int samples,
            ComparisonConfig config,
            MeasurementListener listener)
            throws IOException {
        List<Double> distances = new ArrayList<>();
        for (double scale : scales) {
            ImageSource images = source.of(scale);
            GaussianStatistics drawn = GaussianStatistics.of(FeatureExtraction.of(
                    network,
                    images,
                    config.batchSize(),
                    done -> listener.progress("features at guidance scale " + text(scale), done, images.count())));
            distances.add(FrechetDistance.between(reference, drawn));
        }
        return new GuidanceSearch(
                scales, distances, FrechetDistance.metric(FeatureSpace.of(network)), samples, config.seed());
    }

    /** The scale of the smallest distance; the smallest of several. */
    public double best() {
        int best = 0;
        for (int i = 1; i < scales.size(); i++) {
            best = distances.get(i) < distances.get(best) ? i : best;
        }
        return scales.get(best);
    }

    /** One figure per scale. */
    public List<EvaluationFigure> figures(String arm) {
        List<EvaluationFigure> figures = new ArrayList<>();
        for (int i = 0; i < scales.size(); i++) {
            figures.add(new EvaluationFigure(
                    arm,
                    "search, guidance scale " + text(scales.get(i)),
                    metric,
                    Interval.without(Interval.Missing.NOT_COMPUTED, distances.get(i), seed),
                    samples,
                    seed));
        }
        return figures;
    }

    /** The curve. */
    public LinePlot plot() {
        return LinePlot.of(
                "Guidance search, " + samples + " images per scale",
                "guidance scale",
                metric.name(),
                new Series(
                        metric.name(),
                        scales.stream().mapToDouble(Double::doubleValue).toArray(),
                        distances.stream().mapToDouble(Double::doubleValue).toArray()));
    }

    /** A scale in its shortest form. */
    public static String text(double scale) {
        return scale == Math.rint(scale)
                ? String.format(Locale.ROOT, "%.0f", scale)
                : BigDecimal.valueOf(scale).stripTrailingZeros().toPlainString();
    }
}
