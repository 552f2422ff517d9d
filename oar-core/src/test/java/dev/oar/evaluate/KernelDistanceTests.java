package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.testing.NativeMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class KernelDistanceTests {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theValueIsTheUnbiasedEstimatorWrittenAsLoops(long seed) {
        FeatureSet first = RandomFeatures.normal(seed, 7, 3, 0, 1);
        FeatureSet second = RandomFeatures.normal(seed + 50, 9, 3, 1, 1);
        double expected = pairs(first, first, true) / (7 * 6)
                + pairs(second, second, true) / (9 * 8)
                - 2 * pairs(first, second, false) / (7 * 9);
        assertThat(new KernelDistance().between(first, second))
                .as("seed %d", seed)
                .isCloseTo(expected, within(1e-9));
    }

    @Test
    void onlyInceptionMakesItAKid() {
        KernelDistance distance = new KernelDistance();
        assertThat(distance.metrics(FeatureSpace.usual("own features", false)))
                .extracting(Metric::name)
                .containsExactly("KD (own features)");
        assertThat(distance.metrics(FeatureSpace.usual("Inception, ADM", true)))
                .extracting(Metric::name)
                .containsExactly("KID (Inception, ADM)");
    }

    @Test
    void theEstimateIsUnbiasedForSetsOfOneDistribution() {
        double sum = 0;
        double squares = 0;
        int trials = 200;
        for (int trial = 0; trial < trials; trial++) {
            double value = new KernelDistance()
                    .between(
                            RandomFeatures.normal(2 * trial, 10, 4, 0, 1),
                            RandomFeatures.normal(2 * trial + 1, 10, 4, 0, 1));
            sum += value;
            squares += value * value;
        }
        double mean = sum / trials;
        double standardError = Math.sqrt((squares / trials - mean * mean) / trials);
        assertThat(Math.abs(mean)).isLessThan(3 * standardError);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void copyingARowWithinItsFamilyChangesNothing(long seed) {
        FeatureSet set = RandomFeatures.normal(seed, 5, 4, 0, 1);
        FeatureSet other = RandomFeatures.normal(seed + 9, 8, 4, 1, 1);
        FeatureSet copied = RandomFeatures.joined(set, FeatureSet.of(4, set.row(0)), 1, 2, 3, 4, 5, 1);
        double expected = new KernelDistance().between(set, other);
        assertThat(new KernelDistance().between(copied, other))
                .as("seed %d", seed)
                .isCloseTo(expected, within(1e-12));
    }

    @Test
    void subsetsAreAFunctionOfTheSeedAndAgreeWithTheWhole() {
        FeatureSet first = RandomFeatures.normal(1, 200, 4, 0, 1);
        FeatureSet second = RandomFeatures.normal(2, 150, 4, 1, 1);
        double whole = new KernelDistance(200, 1, 0).between(first, second);
        double subsets = new KernelDistance(50, 40, 3).between(first, second);
        assertThat(new KernelDistance(50, 40, 3).between(first, second)).isEqualTo(subsets);
        assertThat(new KernelDistance(50, 40, 4).between(first, second)).isNotEqualTo(subsets);
        assertThat(subsets).isCloseTo(whole, within(0.15 * whole));
        assertThatThrownBy(() -> new KernelDistance(1, 1, 0)).hasMessageContaining("at least 2 families");
    }

    private static double pairs(FeatureSet first, FeatureSet second, boolean distinct) {
        double sum = 0;
        for (int i = 0; i < first.count(); i++) {
            for (int j = 0; j < second.count(); j++) {
                double product = 0;
                for (int k = 0; k < first.width(); k++) {
                    product += (double) first.row(i)[k] * second.row(j)[k];
                }
                sum += distinct && i == j ? 0 : Math.pow(product / first.width() + 1, 3);
            }
        }
        return sum;
    }
}
