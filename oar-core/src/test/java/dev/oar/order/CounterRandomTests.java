package dev.oar.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CounterRandomTests {
    private static final int DRAWS = 40000;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 42, Long.MIN_VALUE})
    void numbersAreAFunctionOfSeedPurposeAndCounter(long seed) {
        CounterRandom random = CounterRandom.of(seed, "sampling");

        assertThat(CounterRandom.of(seed, "sampling").bits(7))
                .as("seed %s", seed)
                .isEqualTo(random.bits(7));
        assertThat(CounterRandom.of(seed, "noise").bits(7)).as("seed %s", seed).isNotEqualTo(random.bits(7));
        assertThat(CounterRandom.of(seed + 1, "sampling").bits(7))
                .as("seed %s", seed)
                .isNotEqualTo(random.bits(7));
        assertThat(random.derive(1).bits(7))
                .as("seed %s", seed)
                .isNotEqualTo(random.derive(2).bits(7));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4})
    void uniformNumbersFillTheUnitIntervalEvenly(long seed) {
        CounterRandom random = CounterRandom.of(seed, "test");
        int[] histogram = new int[20];
        double sum = 0;
        for (int counter = 0; counter < DRAWS; counter++) {
            double number = random.uniform(counter);
            assertThat(number).as("seed %s, counter %s", seed, counter).isBetween(0.0, Math.nextDown(1.0));
            histogram[(int) (number * 20)]++;
            sum += number;
        }
        assertThat(sum / DRAWS).as("mean, seed %s", seed).isBetween(0.49, 0.51);
        assertThat(Arrays.stream(histogram))
                .as("seed %s, 2000 expected", seed)
                .allMatch(count -> count > 1800 && count < 2200);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4})
    void neighbouringCountersAndKeysAreUncorrelated(long seed) {
        CounterRandom random = CounterRandom.of(seed, "test");
        CounterRandom nextSeed = CounterRandom.of(seed + 1, "test");
        double counters = 0;
        double seeds = 0;
        double derived = 0;
        for (int counter = 0; counter < DRAWS; counter++) {
            double centred = random.uniform(counter) - 0.5;
            counters += centred * (random.uniform(counter + 1) - 0.5);
            seeds += centred * (nextSeed.uniform(counter) - 0.5);
            derived += (random.derive(counter).uniform(0) - 0.5)
                    * (random.derive(counter + 1).uniform(0) - 0.5);
        }
        // Correlations have a standard error of 1 / sqrt(DRAWS) = 0.005.
        double scale = 12.0 / DRAWS;
        assertThat(counters * scale).as("counters, seed %s", seed).isBetween(-0.025, 0.025);
        assertThat(seeds * scale).as("seeds, seed %s", seed).isBetween(-0.025, 0.025);
        assertThat(derived * scale).as("derived keys, seed %s", seed).isBetween(-0.025, 0.025);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 1000, Integer.MAX_VALUE})
    void integersStayBelowTheirBound(int bound) {
        CounterRandom random = CounterRandom.of(3, "test");
        for (int counter = 0; counter < 5000; counter++) {
            assertThat(random.integer(bound, counter)).isBetween(0, bound - 1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4})
    void integersAreEquallyOften(long seed) {
        CounterRandom random = CounterRandom.of(seed, "test");
        int[] counts = new int[7];
        for (int counter = 0; counter < DRAWS; counter++) {
            counts[random.integer(7, counter)]++;
        }
        double expected = DRAWS / 7.0;
        assertThat(Arrays.stream(counts))
                .as("seed %s, %.0f expected", seed, expected)
                .allMatch(count -> Math.abs(count - expected) < 0.06 * expected);
    }

    @Test
    void gumbelNumbersHaveTheirMeanAndDeviation() {
        CounterRandom random = CounterRandom.of(3, "test");
        double sum = 0;
        double squares = 0;
        for (int counter = 0; counter < DRAWS; counter++) {
            double number = random.gumbel(counter);
            assertThat(number).isFinite();
            sum += number;
            squares += number * number;
        }
        double mean = sum / DRAWS;
        // Euler's constant, and pi^2 / 6.
        assertThat(mean).isBetween(0.5572 - 0.003, 0.5972 + 0.003);
        assertThat(squares / DRAWS - mean * mean).isBetween(1.57, 1.72);
    }

    @Test
    void noTwoCountersGiveTheSameBits() {
        CounterRandom random = CounterRandom.of(3, "test");
        Set<Long> seen = new HashSet<>();
        for (int counter = -DRAWS; counter < DRAWS; counter++) {
            seen.add(random.bits(counter));
        }
        assertThat(seen).hasSize(2 * DRAWS);
    }
}
