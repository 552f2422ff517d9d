package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.oar.testing.NativeMemory;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class TwoSampleTestTests {
    private static final FeatureSpace SPACE = FeatureSpace.usual("own features", false);

    private static FeatureSet part(FeatureSet set, int from, int to) {
        return FeatureSet.of(set.width(), Arrays.copyOfRange(set.values(), from * set.width(), to * set.width()));
    }

    private static FeatureSet changed(FeatureSet set, double factor, double shift) {
        float[] values = set.values();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (factor * values[i] + shift);
        }
        return new FeatureSet(set.width(), values, set.families());
    }

    /** Of 100 intervals of 95 %, all but 12 hold what they should unless a chance of one in some hundreds comes true. */
    private static final int LEAST_COVERED = 88;

    @Test
    void twoPartsOfOneSetAreToldApartByChanceAndTheIntervalsCoverThat() {
        int covered = 0;
        int areasCovered = 0;
        double mean = 0;
        int trials = 100;
        for (long seed = 0; seed < trials; seed++) {
            FeatureSet all = RandomFeatures.normal(seed, 260, 6, 3, 2);
            TwoSampleTest test = TwoSampleTest.between(part(all, 0, 110), part(all, 110, 260), seed);
            Interval accuracy = test.accuracy().mean();
            mean += accuracy.point() / trials;
            covered += accuracy.contains(0.5) ? 1 : 0;
            areasCovered += test.areaUnderCurve().contains(0.5) ? 1 : 0;
        }
        assertThat(mean).isCloseTo(0.5, within(0.02));
        assertThat(covered).isGreaterThanOrEqualTo(LEAST_COVERED);
        assertThat(areasCovered).isGreaterThanOrEqualTo(LEAST_COVERED);
    }

    @Test
    void twoModelsOfOneDistributionDifferByChanceIfTheyAreComparedInPairs() {
        int covered = 0;
        for (long seed = 0; seed < 100; seed++) {
            FeatureSet real = RandomFeatures.normal(seed, 120, 5, 0, 1);
            FamilyValues first = TwoSampleTest.between(real, RandomFeatures.normal(seed + 1000, 150, 5, 0.3, 1), seed)
                    .accuracy();
            FamilyValues second = TwoSampleTest.between(real, RandomFeatures.normal(seed + 2000, 150, 5, 0.3, 1), seed)
                    .accuracy();
            covered += first.minus(second).mean().contains(0) ? 1 : 0;
        }
        assertThat(covered).isGreaterThanOrEqualTo(LEAST_COVERED);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shiftedFeaturesAreToldApartAsWellAsAnyoneCouldTell(long seed) {
        // Of two normal distributions of one spread, the best judge asks on which side of the middle an image lies.
        int width = 10;
        double best = new NormalDistribution().cumulativeProbability(0.5 * Math.sqrt(width) / 2);
        TwoSampleTest some = TwoSampleTest.between(
                RandomFeatures.normal(seed, 900, width, 0, 1),
                RandomFeatures.normal(seed + 10, 1100, width, 0.5, 1),
                seed);
        assertThat(some.accuracy().mean().point()).as("seed %d", seed).isCloseTo(best, within(0.03));
        assertThat(some.accuracy().mean().contains(0.5)).isFalse();

        TwoSampleTest far = TwoSampleTest.between(
                RandomFeatures.normal(seed, 200, width, 0, 1),
                RandomFeatures.normal(seed + 10, 100, width, 5, 1),
                seed);
        assertThat(far.accuracy().mean().point()).as("seed %d", seed).isGreaterThan(0.99);
        assertThat(far.areaUnderCurve().point()).as("seed %d", seed).isGreaterThan(0.99);
    }

    @Test
    void itIsAFunctionOfTheSeedAndNotOfTheScaleOfFeatures() {
        FeatureSet real = RandomFeatures.normal(1, 80, 4, 0, 1);
        FeatureSet drawn = RandomFeatures.normal(2, 90, 4, 0.4, 1);
        TwoSampleTest test = TwoSampleTest.between(real, drawn, 1);
        assertThat(TwoSampleTest.between(real, drawn, 1)).isEqualTo(test);
        assertThat(TwoSampleTest.between(real, drawn, 2)).isNotEqualTo(test);
        // A power of two is multiplied without rounding.
        assertThat(TwoSampleTest.between(changed(real, 1024, 0), changed(drawn, 1024, 0), 1)
                        .accuracy()
                        .mean()
                        .point())
                .isCloseTo(test.accuracy().mean().point(), within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void familiesAreNotDividedSoVariantsDoNotGiveOneAnotherAway(long seed) {
        // Every real picture has eight variants that hardly differ, and more features than pictures: a classifier that
        // has seen one knows the
        // others.
        int pictures = 12;
        int variants = 8;
        int width = 40;
        FeatureSet originals = RandomFeatures.normal(seed, pictures, width, 0, 1);
        float[] values = new float[pictures * variants * width];
        int[] ids = new int[pictures * variants];
        for (int row = 0; row < ids.length; row++) {
            ids[row] = row / variants;
            System.arraycopy(originals.row(ids[row]), 0, values, row * width, width);
        }
        FeatureSet grouped = RandomFeatures.inFamilies(FeatureSet.of(width, values), ids);
        FeatureSet drawn = RandomFeatures.normal(seed + 10, pictures * variants, width, 0, 1);
        FeatureSet divided = FeatureSet.of(width, values);
        TwoSampleTest inFamilies = TwoSampleTest.between(grouped, drawn, seed);
        TwoSampleTest asIfAlone = TwoSampleTest.between(divided, drawn, seed);
        assertThat(asIfAlone.accuracy().mean().point()).as("seed %d", seed).isGreaterThan(0.8);
        assertThat(inFamilies.accuracy().mean().point())
                .as("seed %d", seed)
                .isLessThan(asIfAlone.accuracy().mean().point() - 0.15);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatIsGivenBackUnchangedIsToldByChanceAndNotWorse(long seed) {
        FeatureSet real = RandomFeatures.normal(seed, 100, 30, 0, 1);
        Interval accuracy = TwoSampleTest.between(real, real, seed).accuracy().mean();
        assertThat(accuracy.point()).as("seed %d", seed).isEqualTo(0.5);
    }

    @Test
    void theFiguresSayWhatTheyAreAndTheAccuracyKeepsItsFamilies() {
        FeatureSet real = RandomFeatures.normal(1, 40, 3, 0, 1);
        FeatureSet drawn = RandomFeatures.normal(2, 50, 3, 1, 1);
        TwoSampleTest test = TwoSampleTest.between(real, drawn, 1);
        List<EvaluationFigure> figures = test.figures("arm", "random", SPACE, 7);
        assertThat(figures)
                .extracting(figure -> figure.metric().name())
                .containsExactly(
                        "two-sample accuracy (own features)", "two-sample area under the curve (own features)");
        assertThat(figures.get(0).families()).contains(test.accuracy());
        assertThat(test.accuracy().values()).hasSize(90);
        assertThat(figures.get(0).samples()).isEqualTo(50);
        assertThat(figures.get(0).value().point()).isBetween(0.5, 1.0);
    }

    @Test
    void tooFewImagesAreRefused() {
        FeatureSet few = RandomFeatures.normal(1, 4, 3, 0, 1);
        FeatureSet many = RandomFeatures.normal(2, 9, 3, 0, 1);
        assertThat(TwoSampleTest.measures(few, many)).isFalse();
        assertThat(TwoSampleTest.measures(many, many)).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TwoSampleTest.between(many, few, 1))
                .withMessageContaining(
                        "at least 5 families of images on either side, but there are 9 real and 4 drawn");
    }
}
