package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.order.CounterRandom;
import dev.oar.testing.NativeMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class UnlimitedFrechetDistanceTests {
    @Test
    void aLineIsFollowedToZero() {
        assertThat(UnlimitedFrechetDistance.intercept(new double[] {1, 2, 4}, new double[] {5, 7, 11}))
                .isCloseTo(3, within(1e-12));
    }

    /** Both sets come from one distribution, so the true distance is 0; the limited one is biased well above it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theBiasOfFewSamplesGoesAway(long seed) {
        FeatureSet reference = normal(seed, "reference", 4000, 12);
        FeatureSet samples = normal(seed, "samples", 160, 12);
        double limited = FrechetDistance.between(reference, samples);
        double unlimited = new UnlimitedFrechetDistance(seed).of(reference, samples)[0];
        assertThat(limited).as("seed %d", seed).isGreaterThan(0.3);
        assertThat(Math.abs(unlimited)).as("seed %d", seed).isLessThan(limited / 2);
    }

    @Test
    void itBearsAnotherName() {
        UnlimitedFrechetDistance distance = new UnlimitedFrechetDistance(0);
        assertThat(distance.metrics(FeatureSpace.usual("own features", false))
                        .get(0)
                        .name())
                .isEqualTo("FD-infinity (own features)");
        assertThat(distance.metrics(FeatureSpace.usual("Inception, ADM", true))
                        .get(0)
                        .name())
                .isEqualTo("FID-infinity (Inception, ADM)");
    }

    /** Two sets of one distribution: where a quarter of the images does not span the features, the line leads far from the truth, 0. */
    @Test
    void tooFewImagesForTheFeaturesAreRefused() {
        UnlimitedFrechetDistance distance = new UnlimitedFrechetDistance(0);
        FeatureSet few = normal(1, "few", 131, 32);
        assertThat(distance.measures(few, few)).isFalse();
        assertThatThrownBy(() -> distance.of(few, few))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("131 images for 32 features; draw at least 132");
        FeatureSet enough = normal(1, "enough", 132, 32);
        assertThat(distance.measures(enough, enough)).isTrue();
        assertThat(distance.of(enough, enough)).hasSize(1);
    }

    @Test
    void aReferenceGivenByItsStatisticsHasTheSameDistance() {
        FeatureSet reference = normal(1, "reference", 90, 3);
        FeatureSet samples = normal(1, "samples", 40, 3);
        UnlimitedFrechetDistance distance = new UnlimitedFrechetDistance(5);
        assertThat(distance.between(GaussianStatistics.of(reference), samples))
                .isEqualTo(distance.of(reference, samples)[0]);
    }

    private static FeatureSet normal(long seed, String name, int rows, int width) {
        CounterRandom random = CounterRandom.of(seed, name);
        float[] values = new float[rows * width];
        for (int i = 0; i < values.length; i++) {
            double radius = Math.sqrt(-2 * Math.log(1 - random.uniform(2L * i)));
            values[i] = (float) (radius * Math.cos(2 * Math.PI * random.uniform(2L * i + 1)));
        }
        return FeatureSet.of(width, values);
    }
}
