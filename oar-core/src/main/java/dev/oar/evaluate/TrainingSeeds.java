package dev.oar.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What several results of one recipe, trained anew with another seed each, say together. In every result two models are compared in pairs;
 * the differences of all seeds have a mean, and its interval, Student's over the seeds, says what another training would bring. It covers
 * the choice of images as well, as far as that differs from result to result.
 */
public final class TrainingSeeds {
    private static final String WEIGHTS = "weights of ";

    /** What must be alike in all results, as far as they say it: the images, how many, and for distances where they are taken. */
    private static final List<String> ALIKE = List.of("images", "held-out images", "samples", "recipe", "confidence");

    /** What distances depend on besides. */
    private static final List<String> FEATURES = List.of("features", "feature network", "feature space");

    private TrainingSeeds() {}

    /**
     * One comparison over all seeds.
     *
     * @param comparison what was compared, as it stands in the first result
     * @param ofSeeds the difference under each seed, first model minus second, in the sequence of the results
     * @param difference their mean with its interval over seeds
     * @param standing how it is judged among the others
     */
    public record Verdict(
            PairedComparison comparison, List<Double> ofSeeds, Interval difference, Optional<Standing> standing) {
        /** Copies the differences. */
        public Verdict {
            ofSeeds = List.copyOf(ofSeeds);
        }

        /** The verdict in words. */
        public String text() {
            PairedComparison overSeeds = new PairedComparison(
                    comparison.first(),
                    comparison.second(),
                    comparison.drawing(),
                    comparison.metric(),
                    difference,
                    comparison.samples(),
                    comparison.seed(),
                    comparison.secondDrawing(),
                    standing);
            return overSeeds.verdict() + String.format(Locale.ROOT, ", over %d training seeds", ofSeeds.size());
        }
    }

    /**
     * The verdicts on all comparisons that every result has. Distances are left out where the results were measured with different feature
     * networks.
     *
     * @param results at least two, in which the compared models were trained with different seeds
     * @throws IllegalArgumentException if there are fewer, images or settings differ, two results are of the same weights, or no comparison
     *     is in all
     */
    public static List<Verdict> of(List<EvaluationReport> results) {
        if (results.size() < 2) {
            throw new IllegalArgumentException(
                    "a verdict over training seeds needs the results of at least 2, but there are " + results.size()
                            + "; train and measure with another seed");
        }
        requireAlike(results);
        requireDifferentWeights(results);
        boolean oneFeatureSpace = sameFeatures(results);
        Map<PairedComparison, List<Double>> differences = new LinkedHashMap<>();
        for (PairedComparison compared : results.get(0).comparisons()) {
            List<Double> ofSeeds = results.stream()
                    .flatMap(result -> result.comparisons().stream()
                            .filter(other -> other.subject().equals(compared.subject()))
                            .limit(1))
                    .map(other -> other.difference().point())
                    .toList();
            if (ofSeeds.size() == results.size()
                    && (oneFeatureSpace || !compared.metric().ofFeatures())) {
                differences.put(compared, ofSeeds);
            }
        }
        if (differences.isEmpty()) {
            throw new IllegalArgumentException(
                    "a verdict over training seeds needs comparisons that all results have, but there is none; measure"
                            + " the same models of every training by one command");
        }
        return judged(differences);
    }

    /** Whether all results were measured with the same feature network, so that their distances can be taken together. */
    public static boolean sameFeatures(List<EvaluationReport> results) {
        return results.stream()
                        .map(result -> FEATURES.stream()
                                .map(name -> String.valueOf(result.settings().get(name)))
                                .toList())
                        .distinct()
                        .count()
                == 1;
    }

    private static List<Verdict> judged(Map<PairedComparison, List<Double>> differences) {
        List<PairedComparison> compared = List.copyOf(differences.keySet());
        List<List<Double>> points = List.copyOf(differences.values());
        List<Interval> intervals = points.stream()
                .map(ofSeeds -> Interval.ofMean(
                        ofSeeds.stream().mapToDouble(Double::doubleValue).toArray()))
                .toList();
        List<Integer> others = IntStream.range(0, compared.size())
                .filter(i -> !compared.get(i).primary())
                .boxed()
                .toList();
        List<Optional<Standing>> standings =
                Multiplicity.standings(others.stream().map(intervals::get).toList());
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < compared.size(); i++) {
            int place = others.indexOf(i);
            Optional<Standing> standing = place < 0
                    ? Optional.of(
                            new Standing(Standing.Kind.PRIMARY, intervals.get(i).chanceOfZero(), 1))
                    : standings.get(place);
            verdicts.add(new Verdict(compared.get(i), points.get(i), intervals.get(i), standing));
        }
        return verdicts;
    }

    private static void requireAlike(List<EvaluationReport> results) {
        for (String name : ALIKE) {
            for (EvaluationReport other : results) {
                String first = results.get(0).settings().get(name);
                String second = other.settings().get(name);
                if (!Objects.equals(first, second)) {
                    throw new IllegalArgumentException(
                            "results of several training seeds belong together only if they were measured alike, but"
                                    + " their '"
                                    + name + "' differs: " + Objects.requireNonNullElse(first, "absent") + " and "
                                    + Objects.requireNonNullElse(second, "absent") + "; measure them with the same");
                }
            }
        }
    }

    /** Another training leaves other weights; the same weights measured twice would count one training as two. */
    private static void requireDifferentWeights(List<EvaluationReport> results) {
        for (int i = 0; i < results.size(); i++) {
            for (int j = 0; j < i; j++) {
                Map<String, String> first = weights(results.get(j));
                if (!first.isEmpty() && first.equals(weights(results.get(i)))) {
                    throw new IllegalArgumentException("every result counts one training, but results " + (j + 1)
                            + " and " + (i + 1) + " are of the same weights; give one result per training seed");
                }
            }
        }
    }

    private static Map<String, String> weights(EvaluationReport result) {
        Map<String, String> weights = new LinkedHashMap<>();
        result.settings().forEach((name, value) -> {
            if (name.startsWith(WEIGHTS)) {
                weights.put(name, value);
            }
        });
        return weights;
    }
}
