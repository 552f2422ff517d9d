package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.order.CounterRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingSeedsTests {
    private static final Metric DISTANCE = new Metric("FD (own features)", true, Metric.Kind.FRECHET_DISTANCE);

    @Test
    void theIntervalIsThatOfTheSeedsAndNotOfTheImages() {
        List<TrainingSeeds.Verdict> verdicts =
                TrainingSeeds.of(List.of(result(1, -0.5, 9), result(2, -0.6, 9), result(3, -0.7, 9)));
        assertThat(verdicts.get(0).difference()).isEqualTo(Interval.ofMean(-0.5, -0.6, -0.7));
        assertThat(verdicts.get(0).ofSeeds()).containsExactly(-0.5, -0.6, -0.7);
        assertThat(verdicts.get(0).text())
                .startsWith("specialised is better by 0.600 (± 0.25)")
                .endsWith("over 3 training seeds");
    }

    /** Three seeds that are each sure of another answer say nothing together. */
    @Test
    void seedsThatDisagreeGiveNoVerdictHoweverSureEachIs() {
        List<TrainingSeeds.Verdict> verdicts =
                TrainingSeeds.of(List.of(result(1, -0.5, 0.01), result(2, 0.4, 0.01), result(3, -0.1, 0.01)));
        assertThat(verdicts.get(0).text()).isEqualTo("no significant difference, over 3 training seeds");
    }

    /** A difference that each seed alone shows half of the time is found by five seeds together far more often. */
    @Test
    void severalSeedsTellMoreThanTheirAgreement() {
        int found = 0;
        int agreed = 0;
        int trials = 200;
        for (int trial = 0; trial < trials; trial++) {
            CounterRandom random = CounterRandom.of(trial, "trial");
            List<EvaluationReport> results = IntStream.range(0, 5)
                    .mapToObj(seed -> result(seed, -1.96 + RandomFeatures.normal(random, seed), 1.96))
                    .toList();
            found += TrainingSeeds.of(results).get(0).text().startsWith("specialised") ? 1 : 0;
            agreed += results.stream()
                            .allMatch(result -> result.comparisons().get(0).significant())
                    ? 1
                    : 0;
        }
        assertThat((double) found / trials).isGreaterThan(0.6);
        assertThat((double) agreed / trials).isLessThan(0.1);
    }

    @Test
    void distancesInDifferentFeatureSpacesAreLeftOut() {
        EvaluationReport first = with(result(1, -0.5, 1), Map.of("features", "one"));
        EvaluationReport second = with(result(2, -0.6, 1), Map.of("features", "another"));
        assertThat(TrainingSeeds.sameFeatures(List.of(first, second))).isFalse();
        assertThat(TrainingSeeds.of(List.of(first, second)))
                .extracting(verdict -> verdict.comparison().metric())
                .containsExactly(BitsPerToken.METRIC);
        EvaluationReport alike = with(result(2, -0.6, 1), Map.of("features", "one"));
        assertThat(TrainingSeeds.of(List.of(first, alike)))
                .extracting(verdict -> verdict.comparison().metric())
                .containsExactly(BitsPerToken.METRIC, DISTANCE);
    }

    @ParameterizedTest
    @CsvSource({"images", "held-out images", "samples", "recipe", "confidence"})
    void resultsThatWereMeasuredOtherwiseAreRefused(String setting) {
        EvaluationReport other = with(result(2, -0.6, 1), Map.of(setting, "another"));
        assertThatThrownBy(() -> TrainingSeeds.of(List.of(result(1, -0.5, 1), other)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("their '" + setting + "' differs");
    }

    @Test
    void oneTrainingCountsOnce() {
        assertThatThrownBy(() -> TrainingSeeds.of(List.of(result(1, -0.5, 1), result(2, -0.5, 1), result(1, -0.5, 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("results 1 and 3 are of the same weights");
        assertThatThrownBy(() -> TrainingSeeds.of(List.of(result(1, -0.5, 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 2");
    }

    @Test
    void thePrimaryComparisonStaysPrimary() {
        List<EvaluationReport> results = IntStream.range(0, 4)
                .mapToObj(seed -> {
                    EvaluationReport result = result(seed, -0.5 - 0.01 * seed, 1);
                    return new EvaluationReport(
                            result.settings(),
                            result.figures(),
                            Multiplicity.judged(
                                    result.comparisons(),
                                    compared -> compared.metric().equals(DISTANCE)));
                })
                .toList();
        assertThat(TrainingSeeds.of(results).get(0).standing().orElseThrow().kind())
                .isEqualTo(Standing.Kind.PRIMARY);
        assertThat(TrainingSeeds.of(results).get(1).standing().orElseThrow().kind())
                .isEqualTo(Standing.Kind.CORRECTED);
        assertThat(TrainingSeeds.of(results).get(1).standing().orElseThrow().chance())
                .isCloseTo(TrainingSeeds.of(results).get(1).difference().chanceOfZero(), within(1e-15));
    }

    private static EvaluationReport result(int trainingSeed, double difference, double reach) {
        Interval interval = new Interval(difference, difference - reach, difference + reach, 40, 1);
        return new EvaluationReport(
                Map.of("images", "i", "features", "f", "weights of specialised", "w" + trainingSeed),
                List.of(),
                List.of(
                        new PairedComparison(
                                "specialised", "any-order", "random", BitsPerToken.METRIC, interval, 50, 1),
                        new PairedComparison("specialised", "any-order", "random", DISTANCE, interval, 50, 1)));
    }

    private static EvaluationReport with(EvaluationReport result, Map<String, String> changes) {
        Map<String, String> settings = new LinkedHashMap<>(result.settings());
        settings.putAll(changes);
        return new EvaluationReport(settings, result.figures(), result.comparisons());
    }
}
