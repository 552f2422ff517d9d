package dev.oar.measure;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.Metric;
import dev.oar.evaluate.PairedComparison;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * How small a difference of Frechet distances a measurement can tell, and how many samples a tenth of the distance would take.
 *
 * @param reach half the interval of a difference, in the middle of all comparisons of drawn images
 * @param distance the distance of the model that was compared with there
 * @param samples images drawn
 */
public record Resolution(double reach, double distance, int samples) {
    /** The fraction of a distance that should be told. */
    private static final double WANTED = 0.1;

    /** The resolution of results, if they compare the Frechet distances of drawn images. */
    public static Optional<Resolution> of(EvaluationReport results) {
        var compared = results.comparisons().stream()
                .filter(one -> one.metric().kind() == Metric.Kind.FRECHET_DISTANCE)
                .filter(one -> one.difference().bounded())
                .sorted(Comparator.comparingDouble(one -> one.difference().reach()))
                .toList();
        if (compared.isEmpty()) {
            return Optional.empty();
        }
        PairedComparison middle = compared.get(compared.size() / 2);
        return results.figure(middle.second(), middle.drawing(), middle.metric().name())
                .map(EvaluationFigure::value)
                .filter(value -> value.point() > 0)
                .map(value -> new Resolution(middle.difference().reach(), value.point(), middle.samples()));
    }

    /** Which fraction of the distance a difference must have to be told. */
    public double share() {
        return reach / distance;
    }

    /** How many samples a tenth of the distance would take at least: the interval narrows with their root, as far as they limit it. */
    public long samplesForATenth() {
        return (long) Math.ceil(samples * Math.pow(share() / WANTED, 2));
    }

    /** The resolution in words. */
    public String text() {
        String told = String.format(
                Locale.ROOT,
                "With %d samples a difference of Frechet distances must be about %.2g to be told, which is %.0f %% of"
                        + " a distance of %.3g.",
                samples,
                reach,
                100 * share(),
                distance);
        return share() <= WANTED
                ? told
                : told + String.format(Locale.ROOT, " To tell 10 %% takes at least %,d samples.", samplesForATenth());
    }
}
