package dev.oar.holes;

import dev.oar.config.Require;
import dev.oar.data.MeanRanks;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How painting holes is measured.
 *
 * @param images held-out images to paint holes in, at most; chosen by the seed where there are more
 * @param batchSize images drawn together, all with the same hole
 * @param coverages fractions of pixels that are hidden, each above 0 and below 1, ascending; orders are compared at the middle one
 * @param drawing how holes are drawn
 * @param subsamples subsamples behind every interval
 * @param seed seed of holes, drawings and subsamples
 */
public record HoleQualityConfig(
        int images, int batchSize, List<Double> coverages, Drawing drawing, int subsamples, long seed) {
    /** The usual coverages: an eighth, a quarter and half of the pixels. */
    public static final List<Double> USUAL_COVERAGES = List.of(0.125, 0.25, 0.5);

    /** Checks the ranges. */
    public HoleQualityConfig {
        coverages = List.copyOf(coverages);
        Require.that(
                images >= 2 && batchSize >= 1 && subsamples >= 2,
                "hole quality needs at least 2 images, a batch size of at least 1 and at least 2 subsamples, but was"
                        + " given %s, %s and %s; usual are 1000, 32 and 40",
                images,
                batchSize,
                subsamples);
        Require.that(
                !coverages.isEmpty()
                        && coverages.stream().allMatch(coverage -> coverage > 0 && coverage < 1)
                        && coverages.stream().sorted().distinct().toList().equals(coverages),
                "coverages are fractions of the pixels above 0 and below 1 in ascending sequence, but are %s; usual are %s",
                coverages,
                USUAL_COVERAGES);
    }

    /** The coverage at which orders are compared. */
    double middleCoverage() {
        return coverages.get(coverages.size() / 2);
    }

    /** The same drawing that takes the most probable token everywhere. */
    Drawing mostProbable() {
        Sampling sampling = drawing.sampling();
        return drawing.withSampling(
                new Sampling(sampling.temperature(), 1, sampling.topP(), sampling.temperatureSchedule()));
    }

    /** The orders that are compared: first the drawing's own, then the others that the model can draw in. */
    List<DrawingOrder> orders(Optional<MeanRanks> meanRanks) {
        List<DrawingOrder> others = new ArrayList<>(List.of(
                dynamic(1),
                dynamic(0),
                new DrawingOrder.Rim(0),
                new DrawingOrder.UniformRandom(0),
                new DrawingOrder.Raster(0)));
        if (meanRanks.isPresent()) {
            others.add(new DrawingOrder.RecordedMean(0));
        }
        List<DrawingOrder> orders = new ArrayList<>(List.of(drawing.order()));
        others.stream()
                .filter(other -> !other.label().equals(drawing.order().label()))
                .forEach(orders::add);
        return orders;
    }

    private static DrawingOrder dynamic(double noise) {
        return new DrawingOrder.Dynamic(ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, noise, 1);
    }
}
