package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.order.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MultiplicityTests {
    private static final Metric METRIC = new Metric("FD", true, Metric.Kind.FRECHET_DISTANCE);

    @Test
    void chancesAreCorrectedStepByStep() {
        assertThat(Multiplicity.holm(0.01, 0.04, 0.03, 0.005))
                .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-12));
        assertThat(Multiplicity.holm(0.6, 0.9)).containsExactly(1, 1);
        assertThat(Multiplicity.holm()).isEmpty();
    }

    /** 40 comparisons of equal models a report: by themselves two are called different on average, together hardly ever one. */
    @Test
    void equalModelsAreHardlyEverCalledDifferentHoweverManyComparisonsThereAre() {
        int reports = 400;
        int alone = 0;
        int together = 0;
        for (int report = 0; report < reports; report++) {
            CounterRandom random = CounterRandom.of(report, "report");
            List<PairedComparison> comparisons = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                comparisons.add(compared("drawing " + i, Interval.normal(RandomFeatures.normal(random, i), 1, 40, 1)));
            }
            alone += comparisons.stream().anyMatch(PairedComparison::significant) ? 1 : 0;
            together += Multiplicity.judged(comparisons, none -> false).stream().anyMatch(PairedComparison::significant)
                    ? 1
                    : 0;
        }
        assertThat((double) alone / reports).isGreaterThan(0.8);
        assertThat((double) together / reports).isBetween(0.02, 0.08);
    }

    @Test
    void thePrimaryComparisonIsJudgedByItsIntervalAloneAndStandsFirst() {
        List<PairedComparison> comparisons = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            comparisons.add(compared("drawing " + i, new Interval(-1.1, -2.1, -0.1, 40, 1)));
        }
        List<PairedComparison> judged =
                Multiplicity.judged(comparisons, compared -> compared.drawing().equals("drawing 4"));
        assertThat(judged).hasSize(10);
        assertThat(judged.get(0).drawing()).isEqualTo("drawing 4");
        assertThat(judged.get(0).primary()).isTrue();
        assertThat(judged.get(0).verdict()).startsWith("a is better by 1.1");
        assertThat(judged.subList(1, 10)).allSatisfy(other -> {
            assertThat(other.primary()).isFalse();
            assertThat(other.significant()).isFalse();
            assertThat(other.verdict()).isEqualTo("no significant difference among 9 comparisons");
        });
    }

    @Test
    void differencesWithoutAnIntervalDoNotCount() {
        List<PairedComparison> judged = Multiplicity.judged(
                List.of(
                        compared("one", new Interval(-1.1, -2.1, -0.1, 40, 1)),
                        compared("two", Interval.unbounded(-5, 1))),
                none -> false);
        assertThat(judged.get(0).significant()).isTrue();
        assertThat(judged.get(1).verdict()).isEqualTo("too few images to tell");
    }

    @Test
    void twoPrimaryComparisonsAreRefused() {
        List<PairedComparison> comparisons =
                List.of(compared("one", Interval.unbounded(1, 1)), compared("two", Interval.unbounded(2, 1)));
        assertThatThrownBy(() -> Multiplicity.judged(comparisons, all -> true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most one primary comparison, but 2 are named so");
    }

    private static PairedComparison compared(String drawing, Interval difference) {
        return new PairedComparison("a", "b", drawing, METRIC, difference, 50, 1);
    }
}
