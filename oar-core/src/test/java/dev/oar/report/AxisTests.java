package dev.oar.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.order.CounterRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTests {
    @Test
    void everyRangeGetsAFewMarksInsideIt() {
        CounterRandom random = CounterRandom.of(1, "axis");
        for (int trial = 0; trial < 500; trial++) {
            double low = (random.uniform(3L * trial) - 0.5) * Math.pow(10, random.integer(9, 3L * trial + 1) - 4);
            double high = low + Math.pow(10, random.integer(9, 3L * trial + 2) - 4);
            Axis axis = Axis.covering(low, high, false, 0, 100, 5);
            assertThat(axis.low()).as("trial %d", trial).isLessThanOrEqualTo(low + (high - low) * 1e-6);
            assertThat(axis.high()).as("trial %d", trial).isGreaterThanOrEqualTo(high - (high - low) * 1e-6);
            List<Double> marks = axis.marks(5);
            assertThat(marks).as("trial %d: %s", trial, axis).hasSizeBetween(3, 12);
            assertThat(marks).allMatch(mark -> axis.place(mark) > -0.01 && axis.place(mark) < 100.01);
        }
    }

    @Test
    void aRangeOfOneNumberIsWidened() {
        for (double value : new double[] {0, 7, -3, 1e-3, 1e7}) {
            Axis axis = Axis.covering(value, value, false, 0, 1, 5);
            assertThat(axis.low()).isLessThan(value);
            assertThat(axis.high()).isGreaterThan(value);
        }
        Axis logarithmic = Axis.covering(4, 4, true, 0, 1, 5);
        assertThat(logarithmic.place(4)).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void logarithmicMarksAreRoundNumbersOfEqualFactors() {
        Axis axis = Axis.covering(0.01, 100, true, 0, 4, 5);
        assertThat(axis.place(1)).isCloseTo(2, within(1e-12));
        assertThat(axis.marks(3).stream().mapToDouble(mark -> mark).toArray())
                .containsExactly(new double[] {0.01, 0.1, 1, 10, 100}, within(1e-9));
        assertThat(Axis.covering(3.1, 3.4, true, 0, 1, 5).marks(5)).hasSizeGreaterThan(2);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.25, 0.25",
        "-1.5, −1.5",
        "12000, 12k",
        "1500, 1500",
        "2500000, 2.5M",
        "0.1, 0.1",
        "3e-7, 3e-07"
    })
    void labelsAreShort(double value, String label) {
        assertThat(Axis.label(value)).isEqualTo(label);
    }
}
