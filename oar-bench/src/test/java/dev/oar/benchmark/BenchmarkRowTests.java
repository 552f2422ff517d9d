package dev.oar.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class BenchmarkRowTests {
    @Test
    void theVerdictOfAShareIsThatOfTheRooflineOverTheMedian() {
        assertThat(seconds(2, 1.4, 0.7).verdict()).isEqualTo(Verdict.MET);
        assertThat(seconds(2, 1.39, 0.7).verdict()).isEqualTo(Verdict.MISSED);
        BenchmarkRow images =
                BenchmarkRow.of("a", Unit.IMAGES_PER_SECOND, Spread.of(4), 0.125, "", Optional.of(Target.share(0.5)));
        assertThat(images.share().orElseThrow()).isCloseTo(0.5, within(1e-12));
        assertThat(images.verdict()).isEqualTo(Verdict.MET);
    }

    @Test
    void theVerdictOfAValueIsThatOfTheMedian() {
        assertThat(verdict(Spread.of(1, 2, 9), Target.atLeast(2))).isEqualTo(Verdict.MET);
        assertThat(verdict(Spread.of(1, 2, 9), Target.atLeast(2.01))).isEqualTo(Verdict.MISSED);
        assertThat(verdict(Spread.of(1, 2, 9), Target.atMost(2))).isEqualTo(Verdict.MET);
        assertThat(verdict(Spread.of(1, 2, 9), Target.atMost(1.99))).isEqualTo(Verdict.MISSED);
    }

    @Test
    void aRowWithoutTargetIsContext() {
        assertThat(BenchmarkRow.of("a", Unit.RATIO, Spread.of(3), "", Optional.empty())
                        .verdict())
                .isEqualTo(Verdict.CONTEXT);
    }

    @Test
    void aVerdictThatDoesNotFollowIsRefused() {
        BenchmarkRow row = seconds(2, 1, 0.7);
        assertThatThrownBy(() -> new BenchmarkRow(
                        row.name(),
                        row.unit(),
                        row.value(),
                        row.roofline(),
                        row.share(),
                        row.formula(),
                        row.target(),
                        Verdict.MET))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must follow from its numbers");
    }

    @Test
    void aSpreadIsThatOfAllRepetitions() {
        assertThat(Spread.of(5, 1, 3)).isEqualTo(new Spread(3, 1, 5, 3));
        assertThat(Spread.of(4, 1)).isEqualTo(new Spread(2.5, 1, 4, 2));
        assertThat(Spread.of(5, 1, 2).dividing(10)).isEqualTo(new Spread(5, 2, 10, 3));
        assertThat(Spread.of(5, 1, 2).times(0.5)).isEqualTo(new Spread(1, 0.5, 2.5, 3));
    }

    @Test
    void howMuchFasterARowIsDoesNotDependOnItsUnit() {
        Figure slow = figure(Unit.SECONDS_PER_STEP, Spread.of(4, 6, 8));
        Spread expected = new Spread(3, 1, 8, 3);
        assertThat(figure(Unit.SECONDS_PER_STEP, Spread.of(1, 2, 4)).timesAsFastAs(slow))
                .isEqualTo(expected);
        assertThat(figure(Unit.IMAGES_PER_SECOND, Spread.of(1, 0.5, 0.25)).timesAsFastAs(slow))
                .isEqualTo(expected);
    }

    private static BenchmarkRow seconds(double median, double roofline, double share) {
        return BenchmarkRow.of(
                "a", Unit.SECONDS_PER_IMAGE, Spread.of(1, median, 9), roofline, "", Optional.of(Target.share(share)));
    }

    private static Verdict verdict(Spread spread, Target target) {
        return BenchmarkRow.of("a", Unit.SECONDS, spread, "", Optional.of(target))
                .verdict();
    }

    private static Figure figure(Unit unit, Spread spread) {
        return Figure.of("a", unit, spread, "", Optional.empty());
    }
}
