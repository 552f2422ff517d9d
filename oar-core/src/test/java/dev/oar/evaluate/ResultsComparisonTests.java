package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultsComparisonTests {
    private static final Metric LOWER = new Metric("FD", true, Metric.Kind.FRECHET_DISTANCE);
    private static final int[] IDS = {2, 3, 5, 8};

    @Test
    void theDifferenceHasAnIntervalAsWideAsBothTogether() {
        ResultsComparison.Difference difference = ResultsComparison.of(report(10, 3, Map.of()), report(20, 4, Map.of()))
                .get(0);
        assertThat(difference.difference().point()).isEqualTo(-10);
        assertThat(difference.difference().reach()).isCloseTo(5, within(1e-12));
        assertThat(difference.verdict()).isEqualTo("the first is better");
    }

    /** The chance in the reference is the same on both sides, so it is no part of the difference. */
    @Test
    void chanceInTheReferenceThatBothShareIsNotCountedTwice() {
        ResultsComparison.Difference difference = ResultsComparison.of(
                        report(distance(10, 3, 0.6)), report(distance(11, 4, 0.8)))
                .get(0);
        assertThat(difference.difference().reach()).isCloseTo(1, within(1e-12));
        assertThat(difference.difference().point()).isEqualTo(-1);
        assertThat(difference.first().reach()).isEqualTo(3);
    }

    @Test
    void figuresOfTheSameFamiliesArePairedFamilyByFamily() {
        double[] values = {1, 9, 4, 7};
        double[] better = {0.9, 8.8, 3.9, 6.8};
        ResultsComparison.Difference difference =
                ResultsComparison.of(report(bits(better)), report(bits(values))).get(0);
        assertThat(difference.difference())
                .isEqualTo(new FamilyValues(IDS, better)
                        .minus(new FamilyValues(IDS, values))
                        .mean());
        assertThat(difference.difference().contains(0)).isFalse();
    }

    /** Twenty figures of which one lies just beyond its interval: that is what chance makes of equal models. */
    @Test
    void manyDifferencesAreJudgedTogether() {
        List<EvaluationFigure> figures = new ArrayList<>();
        List<EvaluationFigure> others = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Metric metric = new Metric("FD " + i, true, Metric.Kind.DISTANCE);
            figures.add(new EvaluationFigure("samples", "images", metric, new Interval(10, 9, 11, 5, 1), 50, 1));
            double point = i == 7 ? 11.5 : i == 9 ? 17 : 10.2;
            others.add(new EvaluationFigure(
                    "samples", "images", metric, new Interval(point, point - 1, point + 1, 5, 1), 50, 1));
        }
        Map<String, String> settings = report(1, 1, Map.of()).settings();
        List<ResultsComparison.Difference> differences = ResultsComparison.of(
                new EvaluationReport(settings, figures, List.of()), new EvaluationReport(settings, others, List.of()));
        assertThat(differences.get(7).difference().contains(0)).isFalse();
        assertThat(differences.get(7).verdict()).isEqualTo("no significant difference among 20 comparisons");
        assertThat(differences.get(9).verdict()).isEqualTo("the first is better");
        assertThat(differences.get(0).verdict()).isEqualTo("no significant difference");
    }

    @Test
    void whatIsNeitherBetterNorWorseIsNotCompared() {
        Metric description = new Metric("distance to training", false, Metric.Kind.DESCRIPTION);
        EvaluationFigure figure =
                new EvaluationFigure("samples", "images", description, new Interval(10, 9, 11, 5, 1), 50, 1);
        Map<String, String> settings = report(1, 1, Map.of()).settings();
        EvaluationReport both = new EvaluationReport(settings, List.of(figure, distance(10, 3, 0.6)), List.of());
        assertThat(ResultsComparison.of(both, both))
                .extracting(difference -> difference.metric().name())
                .containsExactly("FD");
    }

    @Test
    void figuresOfOtherFamiliesAreRefused() {
        EvaluationFigure other = EvaluationFigure.ofFamilies(
                "samples", "random", LOWER, new FamilyValues(new int[] {1, 2, 3, 4}, new double[] {1, 2, 3, 4}), 4, 1);
        assertThatThrownBy(() -> ResultsComparison.of(report(bits(1, 2, 3, 4)), report(other)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only values of the same images can be paired");
    }

    @Test
    void overlappingFiguresAreNoSignificantDifference() {
        assertThat(ResultsComparison.of(report(10, 3, Map.of()), report(12, 4, Map.of()))
                        .get(0)
                        .verdict())
                .isEqualTo("no significant difference");
    }

    @ParameterizedTest
    @CsvSource({
        "reference, another",
        "feature network, another",
        "'feature space', 'Inception, ADM'",
        "sample count, 51",
        "protocol, adm"
    })
    void resultsThatWereMeasuredOtherwiseAreRefusedAndTheDifferenceNamed(String setting, String value) {
        assertThatThrownBy(() -> ResultsComparison.of(report(1, 1, Map.of()), report(1, 1, Map.of(setting, value))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("their '" + setting + "' differs")
                .hasMessageContaining(value);
    }

    @Test
    void whatWasMeasuredMayDiffer() {
        EvaluationReport other = report(1, 1, Map.of("sample images", "others", "weights of any-order", "w"));
        assertThat(ResultsComparison.of(report(1, 1, Map.of()), other)).hasSize(1);
    }

    @Test
    void anotherNumberOfImagesBehindAFigureIsRefused() {
        EvaluationReport fewer = new EvaluationReport(
                report(1, 1, Map.of()).settings(),
                List.of(new EvaluationFigure("samples", "images", LOWER, new Interval(1, 0, 2, 5, 1), 49, 1)),
                List.of());
        assertThatThrownBy(() -> ResultsComparison.of(report(1, 1, Map.of()), fewer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'number of images' differs: 50 and 49");
    }

    private static EvaluationFigure distance(double point, double reach, double givenReference) {
        return new EvaluationFigure(
                "samples",
                "images",
                LOWER,
                new Interval(point, point - reach, point + reach, 5, 1),
                50,
                1,
                Optional.of(new Interval(point, point - givenReference, point + givenReference, 5, 1)),
                Optional.empty());
    }

    private static EvaluationFigure bits(double... values) {
        return EvaluationFigure.ofFamilies("samples", "random", LOWER, new FamilyValues(IDS, values), 4, 1);
    }

    private static EvaluationReport report(EvaluationFigure figure) {
        return new EvaluationReport(report(1, 1, Map.of()).settings(), List.of(figure), List.of());
    }

    private static EvaluationReport report(double point, double reach, Map<String, String> changes) {
        Map<String, String> settings = new LinkedHashMap<>(Map.of(
                "reference", "r", "feature network", "n", "feature space", "own features", "sample count", "50"));
        settings.put("sample images", "s" + point);
        settings.putAll(changes);
        return new EvaluationReport(
                settings,
                List.of(new EvaluationFigure(
                        "samples", "images", LOWER, new Interval(point, point - reach, point + reach, 5, 1), 50, 1)),
                List.of());
    }
}
