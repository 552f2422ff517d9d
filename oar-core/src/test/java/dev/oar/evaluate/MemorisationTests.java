package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.oar.testing.NativeMemory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class MemorisationTests {
    /** One training image, at the origin of a line, so that a feature is its distance. */
    private static final FeatureSet ORIGIN = FeatureSet.of(1, 0);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void copiesShowAndHeldOutImagesDoNot(long seed) {
        FeatureSet training = RandomFeatures.normal(seed, 100, 6, 20, 1);
        FeatureSet heldOut = RandomFeatures.normal(seed + 10, 50, 6, 20, 1);
        Memorisation memorisation = new Memorisation(training, 0.05);
        assertThat(memorisation.of(heldOut, training.familySubset(3, 40, 99)))
                .as("seed %d", seed)
                .containsExactly(1);
        assertThat(memorisation.of(heldOut, heldOut)[0]).as("seed %d", seed).isLessThanOrEqualTo(0.05);
    }

    @Test
    void theThresholdWeighsFamiliesEqually() {
        // Nine variants of one picture at distance 1 and nine other pictures at distance 5: a fifth of the families,
        // two of ten,
        // is not within distance 1, though half of the images is.
        float[] distances = new float[18];
        int[] families = new int[18];
        Arrays.fill(distances, 0, 9, 1);
        Arrays.fill(distances, 9, 18, 5);
        Arrays.setAll(families, row -> row < 9 ? 0 : row);
        FeatureSet heldOut = RandomFeatures.inFamilies(FeatureSet.of(1, distances), families);
        FeatureSet drawn = FeatureSet.of(1, 3, 3, 3, 7);

        assertThat(new Memorisation(ORIGIN, 0.2).of(heldOut, drawn)).containsExactly(0.75);
        assertThat(new Memorisation(ORIGIN, 0.2).of(FeatureSet.of(1, distances), drawn))
                .containsExactly(0);
    }

    @Test
    void theShareWeighsFamiliesEqually() {
        FeatureSet heldOut = FeatureSet.of(1, 5, 6);
        FeatureSet drawn = RandomFeatures.inFamilies(FeatureSet.of(1, 1, 1, 1, 9), 0, 0, 0, 1);

        assertThat(new Memorisation(ORIGIN, 0.5).of(heldOut, drawn)).containsExactly(0.5);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theShareHasAnIntervalBySubsamplingOnBothSides(long seed) {
        FeatureSet training = RandomFeatures.normal(seed, 60, 3, 0, 1);
        FeatureSet heldOut = RandomFeatures.normal(seed + 10, 80, 3, 0, 1);
        FeatureSet drawn = RandomFeatures.normal(seed + 20, 90, 3, 0, 0.8);
        Memorisation memorisation = new Memorisation(training, 0.3);
        Interval interval = new Subsampling(40, seed)
                .intervals(memorisation, heldOut, drawn)
                .get(0);
        assertThat(interval.point()).isCloseTo(memorisation.of(heldOut, drawn)[0], within(1e-12));
        assertThat(interval.bounded()).as("seed %d", seed).isTrue();
        // The chance of the drawn images alone gives a standard error of at least sqrt(p (1 - p) / 90).
        double ofDrawn = Math.sqrt(interval.point() * (1 - interval.point()) / 90);
        assertThat(interval.reach()).as("seed %d", seed).isGreaterThan(1.96 * 0.7 * ofDrawn);
    }

    @Test
    void itsNameSaysTheQuantileAndTheFeatureSpace() {
        assertThat(new Memorisation(ORIGIN, 0.01).metrics(FeatureSpace.usual("own features", false)))
                .containsExactly(new Metric(
                        "share nearer to training than 1 % of test images (own features)", true, Metric.Kind.SCORE));
        assertThat(new Memorisation(ORIGIN, 0.005)
                        .metrics(FeatureSpace.usual("x", false))
                        .get(0)
                        .name())
                .contains("0.5 %");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1.1, Double.NaN})
    void aQuantileThatIsNoneIsRefused(double quantile) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Memorisation(ORIGIN, quantile))
                .withMessageContaining("a quantile in (0, 1]");
    }
}
