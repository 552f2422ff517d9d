package dev.oar.evaluate;

import dev.oar.layout.LeftOut;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Compares the results of two measurements that were made apart, figure by figure. Results are comparable only if everything but the thing
 * measured was the same: weights of the feature network, reference, protocol, number of samples and whatever else the settings name.
 *
 * <p>What both share cancels. Figures that keep the values of their families ({@link EvaluationFigure#families}) are paired family by
 * family, and the interval is that of a mean. Of others, such as distances of drawn images from one reference, the interval of the
 * difference is as wide as both intervals given the reference together, in squares; where results of earlier versions lack those, as both
 * whole intervals, which is too wide. Models drawn with the same seeds are compared more sharply in one measurement
 * ({@link PairedComparison}).
 */
public final class ResultsComparison {
    /** Settings that say what was measured, not how. */
    private static final Set<String> SUBJECT = Set.of("sample images", "sample classes", "recipe");

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
     * @param standing how the difference is judged among all others; empty where it has no interval
     */
    public record Difference(
            String arm,
            String drawing,
            Metric metric,
            Interval first,
            Interval second,
            Interval difference,
            Optional<Standing> standing) {
        private Difference withStanding(Optional<Standing> judged) {
            return new Difference(arm, drawing, metric, first, second, difference, judged);
        }

        /** The difference in words. */
        public String verdict() {
            if (difference.missing().isPresent()) {
                return PairedComparison.untold(difference.missing().get());
            }
            if (!standing.map(Standing::significant).orElse(!difference.contains(0))) {
                return PairedComparison.noDifference(difference, standing);
            }
            boolean firstBetter = difference.point() < 0 == metric.lowerIsBetter();
            return firstBetter ? "the first is better" : "the second is better";
        }
    }

    private ResultsComparison() {}

    /**
     * Compares all figures that both results have, those that are neither better nor worse left out; the differences are judged together ({@link Multiplicity}).
     *
     * @throws IllegalArgumentException if a setting differs that figures depend on, or families that are to be paired, or no figure is in
     *     both
     */
    public static List<Difference> of(EvaluationReport first, EvaluationReport second) {
        requireComparable(first, second);
        List<Difference> differences = new ArrayList<>();
        for (EvaluationFigure figure : first.figures()) {
            Optional<EvaluationFigure> other = second.figure(
                    figure.arm(), figure.drawing(), figure.metric().name());
            if (other.isPresent() && figure.metric().judges()) {
                requireEqual("number of images", figure.samples(), other.get().samples());
                differences.add(new Difference(
                        figure.arm(),
                        figure.drawing(),
                        figure.metric(),
                        figure.value(),
                        other.get().value(),
                        figure.minus(other.get()),
                        Optional.empty()));
            }
        }
        if (differences.isEmpty()) {
            throw new IllegalArgumentException(
                    "results can be compared only in figures that both have, but these have none in common; measure both"
                            + " by one command");
        }
        List<Optional<Standing>> standings = Multiplicity.standings(
                differences.stream().map(Difference::difference).toList());
        return IntStream.range(0, differences.size())
                .mapToObj(i -> differences.get(i).withStanding(standings.get(i)))
                .toList();
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
}
