package dev.oar.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.Metric;
import dev.oar.evaluate.PairedComparison;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResolutionTests {
    private static final Metric DISTANCE = new Metric("FD (own features)", true, Metric.Kind.FRECHET_DISTANCE);

    @Test
    void aTenthOfTheDistanceTakesSamplesByTheSquareOfWhatIsMissing() {
        Resolution resolution = Resolution.of(results(DISTANCE, 0.8)).orElseThrow();
        assertThat(resolution.share()).isCloseTo(0.4, within(1e-12));
        assertThat(resolution.samplesForATenth()).isEqualTo(16 * 256);
        assertThat(resolution.text()).contains("40 % of a distance of 2").endsWith("at least 4,096 samples.");
    }

    @Test
    void whereATenthIsToldNoMoreSamplesAreAskedFor() {
        assertThat(Resolution.of(results(DISTANCE, 0.15)).orElseThrow().text())
                .contains("8 % of a distance of 2")
                .doesNotContain("at least");
    }

    @Test
    void resultsWithoutDistancesHaveNone() {
        assertThat(Resolution.of(results(new Metric("KD (own features)", true, Metric.Kind.DISTANCE), 0.1)))
                .isEmpty();
    }

    private static EvaluationReport results(Metric metric, double reach) {
        return new EvaluationReport(
                Map.of(),
                List.of(new EvaluationFigure("any-order", "random", metric, new Interval(2, 1, 3, 40, 1), 256, 1)),
                List.of(new PairedComparison(
                        "specialised", "any-order", "random", metric, new Interval(0, -reach, reach, 40, 1), 256, 1)));
    }
}
