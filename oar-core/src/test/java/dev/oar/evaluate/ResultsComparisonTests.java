package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultsComparisonTests {
    private static final Metric LOWER = new Metric("FD", true);

    @Test
    void theDifferenceHasAnIntervalAsWideAsBothTogether() {
        ResultsComparison.Difference difference = ResultsComparison.of(report(10, 3, Map.of()), report(20, 4, Map.of()))
                .get(0);
        assertThat(difference.difference().point()).isEqualTo(-10);
        assertThat(difference.difference().reach()).isCloseTo(5, within(1e-12));
        assertThat(difference.verdict()).isEqualTo("the first is better");
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
