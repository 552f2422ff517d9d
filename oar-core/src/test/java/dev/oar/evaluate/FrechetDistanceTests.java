package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.testing.NativeMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class FrechetDistanceTests {
    @ParameterizedTest
    @CsvSource({"1, 200, 16", "2, 30, 48", "3, 10, 64", "4, 500, 100"})
    void identicalSetsAreAtDistanceZero(long seed, int rows, int width) {
        FeatureSet set = RandomFeatures.normal(seed, rows, width, 3, 10);
        double scale = GaussianStatistics.of(set).totalVariance();
        assertThat(FrechetDistance.between(set, set)).as("seed %d", seed).isCloseTo(0, within(1e-6 * scale));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aShiftOfAGaussianCostsItsSquaredLength(long seed) {
        FeatureSet set = RandomFeatures.normal(seed, 300, 12, 0, 1);
        GaussianStatistics first = GaussianStatistics.of(set);
        double[] moved = first.mean().clone();
        double expected = 0;
        for (int i = 0; i < moved.length; i++) {
            moved[i] += 0.5 * i;
            expected += 0.25 * i * i;
        }
        GaussianStatistics second = new GaussianStatistics(moved, first.covariance(), first.families());
        assertThat(FrechetDistance.between(first, second)).as("seed %d", seed).isCloseTo(expected, within(1e-9));
    }

    @Test
    void independentGaussiansHaveTheAnalyticDistance() {
        GaussianStatistics first = diagonal(4, 9, 0);
        GaussianStatistics second = diagonal(1, 4, 16);
        assertThat(FrechetDistance.between(first, second)).isCloseTo(1 + 1 + 16, within(1e-9));
        assertThat(FrechetDistance.between(second, first)).isCloseTo(1 + 1 + 16, within(1e-9));
        assertThat(FrechetDistance.between(diagonal(0, 0, 0), first)).isCloseTo(13, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theDistanceIsSymmetric(long seed) {
        FeatureSet first = RandomFeatures.normal(seed, 20, 30, 0, 1);
        FeatureSet second = RandomFeatures.normal(seed + 100, 90, 30, 0.2, 2);
        double distance = FrechetDistance.between(first, second);
        assertThat(FrechetDistance.between(second, first)).as("seed %d", seed).isCloseTo(distance, within(1e-5));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void copyingARowWithinItsFamilyChangesNothing(long seed) {
        FeatureSet set = RandomFeatures.normal(seed, 6, 4, 0, 1);
        FeatureSet copied = RandomFeatures.joined(set, FeatureSet.of(4, set.row(2)), 10, 11, 12, 13, 14, 15, 12);
        GaussianStatistics expected = GaussianStatistics.of(set);
        GaussianStatistics actual = GaussianStatistics.of(copied);
        assertThat(actual.mean()).as("seed %d", seed).containsExactly(expected.mean(), within(1e-12));
        assertThat(actual.covariance()).as("seed %d", seed).containsExactly(expected.covariance(), within(1e-12));
    }

    @Test
    void badFeaturesAreRefusedInOneSentence() {
        assertThatThrownBy(() -> FeatureSet.of(2, 1, 2, Float.NaN, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("row 1 holds NaN at position 0");
        FeatureSet narrow = RandomFeatures.normal(1, 5, 2, 0, 1);
        FeatureSet wide = RandomFeatures.normal(1, 5, 3, 0, 1);
        assertThatThrownBy(() -> FrechetDistance.between(narrow, wide)).hasMessageContaining("widths 2 and 3");
        assertThatThrownBy(() -> GaussianStatistics.of(RandomFeatures.inFamilies(narrow, 7, 7, 7, 7, 7)))
                .hasMessageContaining("at least two families");
        GaussianStatistics negative = diagonal(-1, 2, 3);
        assertThatThrownBy(() -> FrechetDistance.between(negative, diagonal(1, 1, 1)))
                .hasMessageContaining("no negative eigenvalue");
    }

    private static GaussianStatistics diagonal(double... variances) {
        int width = variances.length;
        double[] covariance = new double[width * width];
        for (int i = 0; i < width; i++) {
            covariance[i * width + i] = variances[i];
        }
        return new GaussianStatistics(new double[width], covariance, 100);
    }
}
