package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.order.CounterRandom;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTests {
    /** The deviation of 2, 4, 4, 4, 5, 5, 7, 9 is sqrt(32 / 7); t of 7 degrees of freedom is 2.36462 in every table. */
    @Test
    void theIntervalOfAMeanIsThatOfTheFormula() {
        Interval interval = Interval.ofMean(2, 4, 4, 4, 5, 5, 7, 9);
        assertThat(interval.point()).isEqualTo(5);
        assertThat(interval.reach()).isCloseTo(2.36462 * Math.sqrt(32.0 / 7 / 8), within(1e-5));
        assertThat(interval.subsamples()).isZero();
    }

    @Test
    void theIntervalOfAMeanOfManyIsNormal() {
        double[] values =
                DoubleStream.iterate(0, value -> 1 - value).limit(20_000).toArray();
        assertThat(Interval.ofMean(values).reach()).isCloseTo(1.95996 * 0.5 / Math.sqrt(20_000), within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({"3", "10", "40"})
    void theIntervalOfAMeanHoldsItAsOftenAsItSaysHoweverFewThereAre(int families) {
        int trials = 2000;
        int held = 0;
        for (int trial = 0; trial < trials; trial++) {
            CounterRandom random = CounterRandom.of(trial, "trial");
            double[] values = new double[families];
            Arrays.setAll(values, i -> 5 + RandomFeatures.normal(random, i));
            held += Interval.ofMean(values).contains(5) ? 1 : 0;
        }
        assertThat((double) held / trials).isBetween(0.935, 0.965);
    }

    @Test
    void oneValueHasNoIntervalAndNoneNoMean() {
        assertThat(Interval.ofMean(3).bounded()).isFalse();
        assertThat(Interval.ofMean(3).chanceOfZero()).isEqualTo(1);
        assertThatThrownBy(Interval::ofMean)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one family");
    }

    @ParameterizedTest
    @CsvSource({"2", "5", "60"})
    void anIntervalThatJustTouchesZeroHasTheChanceOfItsLevel(int families) {
        double[] values = new double[families];
        Arrays.setAll(values, i -> i % 3);
        double shift = Interval.ofMean(values).low();
        Interval touching = Interval.ofMean(
                Arrays.stream(values).map(value -> value - shift).toArray());
        assertThat(touching.chanceOfZero()).isCloseTo(1 - Interval.LEVEL, within(1e-9));
        assertThat(Interval.normal(1.959964, 1, 40, 1).chanceOfZero()).isCloseTo(0.05, within(1e-6));
        assertThat(Interval.normal(0, 1, 40, 1).chanceOfZero()).isEqualTo(1);
    }

    @Test
    void pairedValuesOfOtherFamiliesAreRefused() {
        FamilyValues first = new FamilyValues(new int[] {1, 4}, new double[] {1, 2});
        FamilyValues second = new FamilyValues(new int[] {1, 5}, new double[] {1, 2});
        assertThatThrownBy(() -> first.minus(second))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only values of the same images can be paired");
        assertThat(first.minus(new FamilyValues(new int[] {1, 4}, new double[] {0.5, 3}))
                        .values())
                .containsExactly(0.5, -1);
        assertThatThrownBy(() -> new FamilyValues(new int[] {4, 4}, new double[] {1, 2}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ascending");
    }
}
