package dev.oar.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.data.Families;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FeatureSpace;
import dev.oar.evaluate.Subsampling;
import dev.oar.order.CounterRandom;
import dev.oar.testing.NativeMemory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class RealSamplesTests {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void imagesOfOtherPicturesComeBeforeVariantsAndNoneTwice(long seed) {
        int[] families = IntStream.range(0, 60)
                .map(image -> image < 30 ? image / 10 : image)
                .toArray();
        int[] ofEach = RealSamples.choose(families, 33, seed);
        assertThat(Arrays.stream(ofEach)
                        .map(image -> families[image])
                        .distinct()
                        .count())
                .as("seed %d", seed)
                .isEqualTo(33);
        int[] more = RealSamples.choose(families, 50, seed);
        assertThat(more).hasSize(50).doesNotHaveDuplicates();
        assertThat(RealSamples.choose(families, 60, seed)).hasSize(60).doesNotHaveDuplicates();
        assertThat(RealSamples.choose(families, 99, seed)).hasSize(60);
    }

    /** Training and test images of one distribution: real images come out at the bias of their number, and a worse model above it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void realImagesComeOutWhereAPerfectModelWould(long seed) {
        FeatureSet reference = features(seed, 1, 80, 0);
        FeatureSet training = features(seed, 2, 300, 0);
        FeatureSet perfect = features(seed, 3, 100, 0);
        FeatureSet worse = features(seed, 4, 100, 1);
        FeatureSpace space = FeatureSpace.usual("own features", false);
        Subsampling subsampling = new Subsampling(20, seed);
        EvaluationFigure real = RealSamples.figures(space, reference, training, 100, subsampling, seed)
                .get(0);
        assertThat(real.samples()).isEqualTo(100);
        assertThat(real.drawing()).isEqualTo(RealSamples.WAY);
        assertThat(real.value().contains(distance(space, reference, perfect, subsampling)))
                .as("seed %d", seed)
                .isTrue();
        assertThat(real.value().high()).as("seed %d", seed).isLessThan(distance(space, reference, worse, subsampling));
    }

    @Test
    void fewerTrainingImagesThanSamplesAreSaid() {
        List<EvaluationFigure> figures = RealSamples.figures(
                FeatureSpace.usual("own features", false),
                features(1, 1, 20, 0),
                features(1, 2, 30, 0),
                100,
                new Subsampling(2, 1),
                1);
        assertThat(figures).isNotEmpty().allSatisfy(figure -> {
            assertThat(figure.arm()).isEqualTo("training images, only 30");
            assertThat(figure.samples()).isEqualTo(30);
        });
    }

    private static double distance(
            FeatureSpace space, FeatureSet reference, FeatureSet samples, Subsampling subsampling) {
        return EvaluationFigure.ofSamples("a", "b", space, reference, samples, subsampling, 1)
                .get(0)
                .value()
                .point();
    }

    private static FeatureSet features(long seed, int set, int rows, double mean) {
        CounterRandom random = CounterRandom.of(seed, "features").derive(set);
        float[] values = new float[rows * 6];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (mean + random.gumbel(i));
        }
        return new FeatureSet(6, values, Families.singletons(rows));
    }
}
