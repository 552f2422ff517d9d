package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.testing.NativeMemory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class NeighbourTests {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aSetHasFullPrecisionRecallAndCoverageOfItself(long seed) {
        FeatureSet set = RandomFeatures.normal(seed, 700, 5, 50, 1);
        PrecisionRecall.Result result = PrecisionRecall.between(set, set);
        assertThat(result.precision()).as("seed %d", seed).isCloseTo(1, within(1e-9));
        assertThat(result.recall()).isCloseTo(1, within(1e-9));
        assertThat(result.coverage()).isCloseTo(1, within(1e-9));
        assertThat(result.density()).isCloseTo((5 + 1) / 5.0, within(1e-9));
    }

    @Test
    void aFarSetHasNone() {
        PrecisionRecall.Result result =
                PrecisionRecall.between(RandomFeatures.normal(1, 50, 5, 0, 1), RandomFeatures.normal(2, 40, 5, 100, 1));
        assertThat(result).isEqualTo(new PrecisionRecall.Result(0, 0, 0, 0));
    }

    @Test
    void aCollapsedModelHasPrecisionWithoutRecall() {
        FeatureSet reference = RandomFeatures.normal(1, 300, 3, 0, 1);
        float[] collapsed = new float[60 * 3];
        for (int row = 0; row < 60; row++) {
            System.arraycopy(reference.row(7), 0, collapsed, row * 3, 3);
        }
        PrecisionRecall.Result result = PrecisionRecall.between(reference, FeatureSet.of(3, collapsed));
        assertThat(result.precision()).isCloseTo(1, within(1e-9));
        assertThat(result.recall()).isLessThanOrEqualTo(1.0 / 300 + 1e-9);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void copyingARealImageWithinItsFamilyChangesNothing(long seed) {
        FeatureSet reference = RandomFeatures.normal(seed, 30, 3, 0, 1);
        FeatureSet samples = RandomFeatures.normal(seed + 70, 25, 3, 0.3, 1.2);
        FeatureSet lonely = RandomFeatures.normal(seed + 5, 1, 3, 90, 1);
        FeatureSet once = RandomFeatures.joined(reference, lonely, firstRows(31));
        FeatureSet twice = RandomFeatures.joined(once, lonely, append(firstRows(31), 30));
        PrecisionRecall.Result expected = PrecisionRecall.between(once, samples);
        PrecisionRecall.Result actual = PrecisionRecall.between(twice, samples);
        assertThat(actual.precision()).as("seed %d", seed).isCloseTo(expected.precision(), within(1e-12));
        assertThat(actual.recall()).isCloseTo(expected.recall(), within(1e-12));
        assertThat(actual.density()).isCloseTo(expected.density(), within(1e-12));
        assertThat(actual.coverage()).isCloseTo(expected.coverage(), within(1e-12));
    }

    @Test
    void tooFewImagesAreRefused() {
        assertThatThrownBy(() -> PrecisionRecall.between(
                        RandomFeatures.normal(1, 5, 2, 0, 1), RandomFeatures.normal(2, 50, 2, 0, 1)))
                .hasMessageContaining("at least 6 families");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theNearestNeighbourIsTheOneALoopFinds(long seed) {
        FeatureSet images = RandomFeatures.normal(seed, 40, 4, 0, 1);
        FeatureSet searched = RandomFeatures.normal(seed + 30, 600, 4, 0, 1);
        NearestNeighbours neighbours = NearestNeighbours.of(images, searched);
        for (int image = 0; image < images.count(); image++) {
            double nearest = Double.POSITIVE_INFINITY;
            int found = -1;
            for (int other = 0; other < searched.count(); other++) {
                double distance = distance(images.row(image), searched.row(other));
                if (distance < nearest) {
                    nearest = distance;
                    found = other;
                }
            }
            assertThat(neighbours.rows()[image])
                    .as("seed %d image %d", seed, image)
                    .isEqualTo(found);
            assertThat(neighbours.distances()[image]).isCloseTo(nearest, within(1e-6));
        }
    }

    @Test
    void aCopyOfATrainingImageIsAtDistanceZero() {
        FeatureSet training = RandomFeatures.normal(1, 100, 6, 20, 1);
        NearestNeighbours copies = NearestNeighbours.of(training.familySubset(3, 40, 99), training);
        assertThat(copies.rows()).containsExactly(3, 40, 99);
        assertThat(copies.distances()).containsOnly(0);
    }

    private static int[] firstRows(int count) {
        int[] rows = new int[count];
        Arrays.setAll(rows, row -> row);
        return rows;
    }

    private static int[] append(int[] values, int value) {
        int[] longer = Arrays.copyOf(values, values.length + 1);
        longer[values.length] = value;
        return longer;
    }

    private static double distance(float[] first, float[] second) {
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            sum += Math.pow(first[i] - second[i], 2);
        }
        return Math.sqrt(sum);
    }
}
