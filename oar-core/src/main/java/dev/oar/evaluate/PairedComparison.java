package dev.oar.evaluate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The difference between two models, measured on the same images and, where images were drawn, with the same seeds, so that what both
 * share cancels. Drawn images are compared under one drawing. Code lengths of the same images may be compared across orders, also those of
 * one model: whatever order was chosen without looking at the answers, by the chain rule of probability what is summed up is the length of a
 * code for the whole image.
 *
 * <p>The interval covers the images measured. That two models differ on them does not say that another training run of the
 * same recipes would: {@link TrainingSeeds} tells that from several.
 *
 * @param first one model
 * @param second the other
 * @param drawing how images were drawn or in which orders tokens were predicted; of the first model where the second's are others
 * @param metric what was measured
 * @param difference the first model's figure minus the second's
 * @param samples how many pairs of images were measured
 * @param seed the seed the images were drawn with, or the orders
 * @param secondDrawing in which orders the second model predicted, where they are others than the first's
 * @param standing how it is judged among other comparisons; empty where it stands alone and is judged by its interval
 */
public record PairedComparison(
        String first,
        String second,
        String drawing,
        Metric metric,
        Interval difference,
        @JsonProperty(required = true) int samples,
        @JsonProperty(required = true) long seed,
        Optional<String> secondDrawing,
        Optional<Standing> standing) {
    /** The words for a difference that chance in the images explains. */
    public static final String NO_DIFFERENCE = "no significant difference";

    /** A comparison under one drawing that stands alone. */
    public PairedComparison(
            String first, String second, String drawing, Metric metric, Interval difference, int samples, long seed) {
        this(first, second, drawing, metric, difference, samples, seed, Optional.empty(), Optional.empty());
    }

    /** What a comparison is between. */
    public record Pair(String first, String second, String drawing) {}

    /**
     * Compares drawn images under all statistics of a feature space.
     *
     * @param space where and by what they are compared; statistics that need more families are left out
     * @param reference features of real images
     * @param first features of the first model's images
     * @param second features of the second's, row by row drawn with the same seed and index
     * @throws IllegalArgumentException if the samples do not match row by row
     */
    public static List<PairedComparison> ofSamples(
            Pair pair,
            FeatureSpace space,
            FeatureSet reference,
            FeatureSet first,
            FeatureSet second,
            Subsampling subsampling,
            long seed) {
        List<PairedComparison> comparisons = new ArrayList<>();
        for (SampleStatistic statistic : space.statistics()) {
            if (!statistic.measures(reference, first)) {
                continue;
            }
            List<Metric> metrics = statistic.metrics(space);
            List<Interval> differences = subsampling.differences(statistic, reference, first, second);
            for (int i = 0; i < metrics.size(); i++) {
                comparisons.add(new PairedComparison(
                        pair.first,
                        pair.second,
                        pair.drawing,
                        metrics.get(i),
                        differences.get(i),
                        first.count(),
                        seed));
            }
        }
        return comparisons;
    }

    /**
     * Compares predictions of the same test images, in the same orders or in others.
     *
     * @throws IllegalArgumentException if images or predicted cells differ, or the figures are no code lengths
     */
    public static PairedComparison ofBits(
            String first, BitsPerToken ofFirst, String second, BitsPerToken ofSecond, long seed) {
        if (!ofFirst.hole().equals(ofSecond.hole())
                || !ofFirst.families().ofSameFamilies(ofSecond.families())
                || ofFirst.images() != ofSecond.images()) {
            throw new IllegalArgumentException(
                    "only predictions of the same cells of the same images can be compared, but " + first
                            + " was measured on " + ofFirst.images() + " images in " + ofFirst.orders() + " and "
                            + second + " on " + ofSecond.images() + " in " + ofSecond.orders()
                            + "; measure both alike");
        }
        for (BitsPerToken bits : List.of(ofFirst, ofSecond)) {
            if (!bits.codeLength()) {
                throw new IllegalArgumentException("only code lengths can be compared, but " + bits.orders()
                        + " orders look at the answers; leave them out of comparisons");
            }
        }
        Interval difference = ofFirst.families().minus(ofSecond.families()).mean();
        return new PairedComparison(
                first,
                second,
                ofFirst.orders(),
                ofFirst.metric(),
                difference,
                ofFirst.images(),
                seed,
                Optional.of(ofSecond.orders()).filter(orders -> !orders.equals(ofFirst.orders())),
                Optional.empty());
    }

    /** The same comparison, judged so. */
    PairedComparison withStanding(Standing judged) {
        return new PairedComparison(
                first, second, drawing, metric, difference, samples, seed, secondDrawing, Optional.of(judged));
    }

    /** Whether this was the one question of its report. */
    public boolean primary() {
        return standing.filter(judged -> judged.kind() == Standing.Kind.PRIMARY).isPresent();
    }

    /** Whether chance is no good explanation: the interval leaves out 0, or among other comparisons its standing says so. */
    public boolean significant() {
        return difference.bounded() && standing.map(Standing::significant).orElse(!difference.contains(0));
    }

    /** Which model is better, if the difference is significant, with its orders where the other has others; else the empty text. */
    public String better() {
        if (!significant()) {
            return "";
        }
        boolean firstBetter = difference.point() < 0 == metric.lowerIsBetter();
        return firstBetter ? side(first, drawing) : side(second, secondDrawing.orElse(drawing));
    }

    private String side(String model, String orders) {
        return secondDrawing.isPresent() ? model + " (" + orders + ")" : model;
    }

    /** What is subtracted from what, for tables. */
    public String subject() {
        return (secondDrawing.isPresent() ? "" : drawing + ": ") + side(first, drawing) + " minus "
                + side(second, secondDrawing.orElse(drawing)) + ", " + metric.name();
    }

    /** The difference in words, for tables. */
    public String verdict() {
        if (difference.missing().isPresent()) {
            return untold(difference.missing().get());
        }
        if (!significant()) {
            return noDifference(difference, standing);
        }
        return String.format(
                Locale.ROOT,
                "%s is better by %.3g (± %.2g)",
                better(),
                Math.abs(difference.point()),
                difference.reach());
    }

    /** The words for a difference that chance explains, by its own interval or only among as many others. */
    static String noDifference(Interval difference, Optional<Standing> standing) {
        return standing.filter(judged -> !difference.contains(0))
                .map(judged -> NO_DIFFERENCE + " among " + judged.among() + " comparisons")
                .orElse(NO_DIFFERENCE);
    }

    /** The words for a difference that has no interval. */
    static String untold(Interval.Missing reason) {
        return reason == Interval.Missing.TOO_FEW_IMAGES
                ? "too few images to tell"
                : "without an interval nobody can tell whether it is chance";
    }
}
