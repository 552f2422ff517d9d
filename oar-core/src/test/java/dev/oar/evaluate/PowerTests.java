package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.oar.order.CounterRandom;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PowerTests {
    /** From {@code (1.959964 + 0.841621)^2 = 7.848879} times the square of deviation over difference, rounded up. */
    @ParameterizedTest
    @CsvSource({"0.2, 1, 197", "0.5, 1, 32", "0.8, 1, 13", "1, 1, 8", "0.01, 0.25, 4906", "10, 1, 1"})
    void manyObservationsTellADifferenceByTheNormalFormula(double difference, double deviation, long observations) {
        assertThat(Power.observations(difference, deviation)).isEqualTo(observations);
        assertThat(Power.difference(observations, deviation)).isLessThanOrEqualTo(difference);
    }

    /** 199, 34 and 15 pairs for small, medium and large effects stand in every table; all numbers by the noncentral t of SciPy 1.17. */
    @ParameterizedTest
    @CsvSource({"0.2, 199", "0.3, 90", "0.5, 34", "0.8, 15", "1, 10", "1.5, 6", "2, 5", "3, 4", "5, 3"})
    void fewObservationsAreCountedByTheNoncentralT(double effect, long trainings) {
        long allowed = effect < 0.3 ? 2 : 0;
        assertThat(Power.trainings(effect, 1)).isBetween(trainings - allowed, trainings);
        assertThat(Power.trainings(effect * 0.01, 0.01))
                .as("only their ratio counts")
                .isEqualTo(Power.trainings(effect, 1));
    }

    @ParameterizedTest
    @CsvSource({
        "2, 3, 0.26077071",
        "3, 1, 0.17925538",
        "3, 2, 0.47074943",
        "3, 3.26, 0.79922689",
        "5, 1, 0.40138992",
        "5, 2, 0.90888487",
        "10, 1, 0.80309686",
        "20, 0.5, 0.56450442",
        "34, 0.5, 0.80777750"
    })
    void theChanceToTellADifferenceIsThatOfTheNoncentralT(int observations, double effect, double chance) {
        assertThat(Power.chance(observations, effect, 1)).isEqualTo(chance, within(2e-6));
    }

    @Test
    void theDifferenceThatTrainingsTellTakesThatMany() {
        for (int trainings : new int[] {2, 3, 4, 5, 10, 30}) {
            double told = Power.differenceOfTrainings(trainings, 0.3);
            assertThat(Power.chance(trainings, told, 0.3))
                    .as("%s trainings", trainings)
                    .isEqualTo(Power.WANTED, within(1e-6));
            assertThat(Power.trainings(told * 1.001, 0.3)).isEqualTo(trainings);
        }
    }

    @Test
    void intervalsOfDrawnNumbersLeaveOutZeroAsOftenAsIsSaid() {
        int observations = 5;
        double difference = 0.7;
        double deviation = 0.5;
        int repetitions = 4000;
        NormalDistribution normal = new NormalDistribution(difference, deviation);
        CounterRandom random = CounterRandom.of(5, "power");
        long told = IntStream.range(0, repetitions)
                .filter(repetition -> !Interval.ofMean(IntStream.range(0, observations)
                                .mapToDouble(i -> normal.inverseCumulativeProbability(
                                        random.derive(repetition).uniform(i) + 0x1.0p-54))
                                .toArray())
                        .contains(0))
                .count();
        double chance = Power.chance(observations, difference, deviation);
        double error = Math.sqrt(chance * (1 - chance) / repetitions);
        assertThat((double) told / repetitions).isEqualTo(chance, within(4 * error));
    }

    @Test
    void whatCannotBeCountedIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Power.observations(0, 1))
                .withMessageContaining("above 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Power.chance(1, 1, 1))
                .withMessageContaining("at least 2 observations");
        assertThat(Power.trainings(1, 0)).as("without spread two are enough").isEqualTo(2);
    }
}
