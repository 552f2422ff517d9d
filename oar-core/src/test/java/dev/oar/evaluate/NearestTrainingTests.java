package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.testing.NativeMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemory.class)
class NearestTrainingTests {
    private static final FeatureSpace SPACE = FeatureSpace.usual("own features", false);
    private static final FeatureSet TRAINING = FeatureSet.of(1, 0, 10, 20);

    @Test
    void itIsTheMeanDistanceToTheNearestAndFamiliesWeighTheSame() {
        // Distances 1, 3, 3 and 4.
        FeatureSet images = FeatureSet.of(1, 1, 7, 13, 24);
        EvaluationFigure alone = NearestTraining.figure("arm", "random", SPACE, images, TRAINING, 5);
        assertThat(alone.value().point()).isCloseTo(11 / 4.0, within(1e-12));
        assertThat(alone.value().bounded()).isTrue();
        EvaluationFigure grouped = NearestTraining.figure(
                "arm", "random", SPACE, RandomFeatures.inFamilies(images, 0, 1, 1, 1), TRAINING, 5);
        assertThat(grouped.value().point()).isCloseTo((1 + 10 / 3.0) / 2, within(1e-12));
    }

    @Test
    void copiesLieAtNoDistance() {
        assertThat(NearestTraining.figure("arm", "random", SPACE, TRAINING, TRAINING, 5)
                        .value()
                        .point())
                .isZero();
        assertThat(NearestTraining.metric(SPACE).judges()).isFalse();
    }
}
