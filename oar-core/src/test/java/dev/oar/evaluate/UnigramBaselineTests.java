package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnigramBaselineTests {

    @Test
    void probabilitiesAreSmoothedSharesOfFamilies() {
        TokensInMemory training =
                new TokensInMemory(new int[][] {{0, 1}, {0, 2}, {0, 1}}, new int[3], new int[] {7, 8, 8});
        UnigramBaseline baseline = UnigramBaseline.fit(training, 4, 0.5);
        assertThat(baseline.probability(0, 0)).isCloseTo(2.5 / 4, within(1e-12));
        assertThat(baseline.probability(1, 1)).isCloseTo((1.5 + 0.5) / 4, within(1e-12));
        assertThat(baseline.probability(1, 3)).isCloseTo(0.5 / 4, within(1e-12));
        for (int cell = 0; cell < 2; cell++) {
            int place = cell;
            double sum = Arrays.stream(new int[] {0, 1, 2, 3})
                    .mapToDouble(token -> baseline.probability(place, token))
                    .sum();
            assertThat(sum).isCloseTo(1, within(1e-12));
        }
        TokensInMemory test = new TokensInMemory(new int[][] {{0, 3}}, new int[1], new int[1]);
        double expected = -(Math.log(2.5 / 4) + Math.log(0.5 / 4)) / 2 / Math.log(2);
        assertThat(baseline.measure(test).bits().point()).isCloseTo(expected, within(1e-12));
    }

    @Test
    void theMostFrequentTokenCountsFamiliesNotImages() {
        // In cell 0 most images have token 3, but they are variants of one picture.
        TokensInMemory training = new TokensInMemory(
                new int[][] {{3, 1}, {3, 1}, {3, 2}, {0, 2}, {0, 2}}, new int[5], new int[] {7, 7, 7, 8, 9});
        UnigramBaseline baseline = UnigramBaseline.fit(training, 4, 1);
        assertThat(baseline.mostFrequent(0)).isZero();
        assertThat(baseline.mostFrequent(1)).isEqualTo(2);
        // Of equally frequent tokens it is the lowest.
        TokensInMemory tied = new TokensInMemory(new int[][] {{2, 3}, {1, 3}}, new int[2], new int[] {1, 2});
        assertThat(UnigramBaseline.fit(tied, 4, 1).mostFrequent(0)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theChosenSmoothingPredictsLeftOutFamiliesBest(long seed) {
        TokensInMemory training = TokensInMemory.random(seed, 9, 3, 5, 1).withCopies(4, 2);
        double chosen = UnigramBaseline.fit(training, 5).smoothing();
        double fewest = Double.POSITIVE_INFINITY;
        double best = 0;
        for (int halving = 0; halving <= 12; halving++) {
            double bits = leftOut(training, Math.scalb(1.0, -halving));
            if (bits < fewest) {
                fewest = bits;
                best = Math.scalb(1.0, -halving);
            }
        }
        assertThat(chosen).as("seed %d", seed).isEqualTo(best);
    }

    @Test
    void uniformTokensCostAboutTheLogarithmOfTheVocabulary() {
        TokensInMemory training = TokensInMemory.random(1, 3000, 2, 8, 1);
        BitsPerToken figure = UnigramBaseline.fit(training, 8).measure(TokensInMemory.random(2, 500, 2, 8, 1));
        assertThat(figure.bits().point()).isCloseTo(3, within(0.05));
    }

    @Test
    void tokensOfAnotherTokenizerAreRefused() {
        TokensInMemory training = TokensInMemory.random(1, 5, 2, 8, 1);
        UnigramBaseline baseline = UnigramBaseline.fit(training, 8);
        assertThatThrownBy(() -> baseline.measure(TokensInMemory.random(1, 5, 3, 8, 1)))
                .hasMessageContaining("2 tokens below 8");
        assertThatThrownBy(() -> UnigramBaseline.fit(training, 2)).hasMessageContaining("tokens below 2");
    }

    private static double leftOut(TokensInMemory training, double smoothing) {
        double sum = 0;
        for (int family : Arrays.stream(training.familyIds()).distinct().toArray()) {
            TokensInMemory own = filtered(training, family, true);
            TokensInMemory others = filtered(training, family, false);
            sum += UnigramBaseline.fit(others, 5, smoothing).measure(own).bits().point();
        }
        return sum;
    }

    private static TokensInMemory filtered(TokensInMemory set, int family, boolean own) {
        int[] rows = java.util.stream.IntStream.range(0, set.count())
                .filter(row -> (set.family(row) == family) == own)
                .toArray();
        return new TokensInMemory(
                Arrays.stream(rows).mapToObj(set::tokens).toArray(int[][]::new),
                Arrays.stream(rows).map(set::classIndex).toArray(),
                Arrays.stream(rows).map(set::family).toArray());
    }
}
