package dev.oar.holes;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FeatureSpace;
import dev.oar.evaluate.FrechetDistance;
import dev.oar.evaluate.KernelDistance;
import dev.oar.evaluate.Metric;
import dev.oar.evaluate.PairedComparison;
import dev.oar.evaluate.Subsampling;
import dev.oar.feature.FeatureNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Scores of filled holes as figures and comparisons. */
final class HoleFigures {
    private final FeatureSpace space;
    private final FeatureSet reference;
    private final Subsampling subsampling;
    private final long seed;
    private final List<EvaluationFigure> figures = new ArrayList<>();
    private final List<PairedComparison> comparisons = new ArrayList<>();

    /**
     * No figures yet.
     *
     * @param network the feature network
     * @param reference features of real images
     */
    HoleFigures(FeatureNetwork network, FeatureSet reference, Subsampling subsampling, long seed) {
        this.space = FeatureSpace.of(network).withOnly(new FrechetDistance(), new KernelDistance());
        this.reference = reference;
        this.subsampling = subsampling;
        this.seed = seed;
    }

    /** Adds the figures of one filling of holes. */
    void add(String filling, String holes, HoleScores scores) {
        scores.values()
                .forEach((metric, ofImages) -> figures.add(EvaluationFigure.ofFamilies(
                        filling, holes, metric, scores.familyValues(ofImages), scores.count(), seed)));
        figures.addAll(
                EvaluationFigure.ofSamples(filling, holes, space, reference, scores.features(), subsampling, seed));
    }

    /** Compares two fillings of the same holes by everything that both have. */
    void compare(String first, HoleScores ofFirst, String second, HoleScores ofSecond, String holes) {
        for (Metric metric : ofFirst.values().keySet()) {
            if (ofSecond.values().containsKey(metric)) {
                compare(first, ofFirst, second, ofSecond, holes, metric);
            }
        }
        comparisons.addAll(PairedComparison.ofSamples(
                new PairedComparison.Pair(first, second, holes),
                space,
                reference,
                ofFirst.features(),
                ofSecond.features(),
                subsampling,
                seed));
    }

    /** Compares two fillings of the same holes by one value per image. */
    void compare(String first, HoleScores ofFirst, String second, HoleScores ofSecond, String holes, Metric metric) {
        double[] differences =
                Objects.requireNonNull(ofFirst.values().get(metric)).clone();
        double[] subtracted = Objects.requireNonNull(ofSecond.values().get(metric));
        for (int image = 0; image < differences.length; image++) {
            differences[image] -= subtracted[image];
        }
        comparisons.add(new PairedComparison(
                first, second, holes, metric, ofFirst.familyValues(differences).mean(), ofFirst.count(), seed));
    }

    List<EvaluationFigure> figures() {
        return figures;
    }

    List<PairedComparison> comparisons() {
        return comparisons;
    }
}
