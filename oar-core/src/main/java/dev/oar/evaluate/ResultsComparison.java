package dev.oar.evaluate;

import dev.oar.data.LeftOut;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares the results of two measurements that were made apart, figure by figure. Results are comparable only if everything but the thing
 * measured was the same: weights of the feature network, reference, protocol, number of samples and whatever else the settings name.
 *
 * <p>The figures rest on different images, so nothing that both share cancels: the interval of a difference is as wide as both
 * intervals together, in squares. Models drawn with the same seeds are compared more sharply in one measurement
 * ({@link PairedComparison}).
 */
public final class ResultsComparison {
    /** Settings that say what was measured, not how. */
    private static final Set<String> SUBJECT = Set.of("sample images", "recipe");

    private static final String WEIGHTS = "weights of ";

    /**
     * The difference of one figure.
     *
     * @param arm what was measured
     * @param drawing how its images were drawn
     * @param metric what the figure says
     * @param first the figure of the first results
     * @param second the figure of the second
     * @param difference the first minus the second
     */
    public record Difference(
            String arm, String drawing, Metric metric, Interval first, Interval second, Interval difference) {
        /** The difference in words. */
        public String verdict() {
            if (difference.missing().isPresent()) {
                return PairedComparison.untold(difference.missing().get());
            }
            if (difference.contains(0)) {
                return PairedComparison.NO_DIFFERENCE;
            }
            boolean firstBetter = difference.point() < 0 == metric.lowerIsBetter();
            return firstBetter ? "the first is better" : "the second is better";
        }
    }

    private ResultsComparison() {}

    /**
     * Compares all figures that both results have.
     *
     * @throws IllegalArgumentException if a setting differs that figures depend on, or no figure is in both
     */
    public static List<Difference> of(EvaluationReport first, EvaluationReport second) {
        requireComparable(first, second);
        List<Difference> differences = new ArrayList<>();
        for (EvaluationFigure figure : first.figures()) {
            Optional<EvaluationFigure> other = second.figure(
                    figure.arm(), figure.drawing(), figure.metric().name());
            if (other.isPresent()) {
                requireEqual("number of images", figure.samples(), other.get().samples());
                differences.add(new Difference(
                        figure.arm(),
                        figure.drawing(),
                        figure.metric(),
                        figure.value(),
                        other.get().value(),
                        difference(figure.value(), other.get().value())));
            }
        }
        if (differences.isEmpty()) {
            throw new IllegalArgumentException(
                    "results can be compared only in figures that both have, but these have none in common; measure both"
                            + " by one command");
        }
        return differences;
    }

    private static void requireComparable(EvaluationReport first, EvaluationReport second) {
        Set<String> names = new TreeSet<>(first.settings().keySet());
        names.addAll(second.settings().keySet());
        for (String name : names) {
            if (!SUBJECT.contains(name) && !name.startsWith(WEIGHTS) && !name.endsWith(LeftOut.SETTING)) {
                requireEqual(name, first.settings().get(name), second.settings().get(name));
            }
        }
    }

    private static void requireEqual(
            String name,
            @org.jspecify.annotations.Nullable Object first,
            @org.jspecify.annotations.Nullable Object second) {
        if (!Objects.equals(first, second)) {
            throw new IllegalArgumentException("results can be compared only if they were measured alike, but their '"
                    + name + "' differs: " + Objects.requireNonNullElse(first, "absent") + " and "
                    + Objects.requireNonNullElse(second, "absent") + "; measure both again with the same");
        }
    }

    private static Interval difference(Interval first, Interval second) {
        double point = first.point() - second.point();
        Optional<Interval.Missing> missing = first.missing().or(second::missing);
        if (missing.isPresent()) {
            return Interval.without(missing.get(), point, first.seed());
        }
        double reach = Math.hypot(first.reach(), second.reach());
        return new Interval(
                point, point - reach, point + reach, Math.min(first.subsamples(), second.subsamples()), first.seed());
    }
}
