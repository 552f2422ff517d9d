package dev.oar.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.data.ImageSource;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSet;
import dev.oar.image.RgbImage;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TestPictures;
import dev.oar.tokenizer.PixelTensors;
import java.io.IOException;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class FeatureClassifierTests {
    private static final FeatureClassifierConfig SMALL = new FeatureClassifierConfig(List.of(8, 16), 4, true, 0.1, 0.1);

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void aFewStepsTeachItToTellClassesApart(long seed) {
        try (FeatureClassifier classifier = FeatureClassifier.initialise(SMALL, 2, seed)) {
            classifier.weights().requireGradient(true);
            double before = 0;
            double after = 0;
            for (int step = 0; step < 100; step++) {
                torch.manual_seed(seed + step);
                double loss = step(classifier, seed * 1000 + step);
                before = step == 0 ? loss : before;
                after = loss;
            }
            assertThat(after).as("seed %d", seed).isLessThan(before * 0.8);
            double accuracy = TensorScope.compute(() -> {
                List<RgbImage> images = TestPictures.of(seed + 77, 32);
                return classifier.accuracy(PixelTensors.of(images), labels(32));
            });
            assertThat(accuracy).as("seed %d", seed).isGreaterThan(0.9);
        }
    }

    @Test
    void featuresAreAFunctionOfSeedAndImageWhateverTheBatchHolds() throws IOException {
        try (FeatureClassifier first = FeatureClassifier.initialise(SMALL, 3, 5);
                FeatureClassifier same = FeatureClassifier.initialise(SMALL, 3, 5);
                FeatureClassifier other = FeatureClassifier.initialise(SMALL, 3, 6)) {
            List<RgbImage> images = TestPictures.of(1, 7);
            FeatureSet all = FeatureExtraction.of(first, ImageSource.of(images), 4);
            FeatureSet few = FeatureExtraction.of(same, ImageSource.of(images.subList(4, 7)), 4);
            assertThat(all.width()).isEqualTo(16);
            assertThat(few.values()).isEqualTo(all.familySubset(4, 5, 6).values());
            assertThat(first.fingerprint()).isEqualTo(same.fingerprint()).isNotEqualTo(other.fingerprint());
        }
    }

    @Test
    void aClassifierOfOneClassStillHasSomethingToLearn() {
        try (FeatureClassifier classifier = FeatureClassifier.initialise(SMALL, 1, 5)) {
            double loss = TensorScope.compute(() -> classifier
                    .loss(PixelTensors.of(TestPictures.of(1, 8)), Tensors.zeros(torch.ScalarType.Long, 8), true)
                    .item_double());
            assertThat(loss).isGreaterThan(1);
        }
    }

    @Test
    void wrongSizesAreRefusedInOneSentence() {
        assertThatThrownBy(() -> new FeatureClassifierConfig(List.of(6), 4, true, 0, 0))
                .hasMessageContaining("6 is none of 4");
        assertThatThrownBy(() -> new FeatureClassifierConfig(List.of(8), 4, true, 1, 0))
                .hasMessageContaining("[0, 1)");
        try (FeatureClassifier classifier = FeatureClassifier.initialise(SMALL, 2, 1)) {
            assertThatThrownBy(() -> FeatureExtraction.of(
                            classifier, ImageSource.of(List.of(new RgbImage(2, 2, new byte[12]))), 1))
                    .hasMessageContaining("side of at least 4");
        }
    }

    private static double step(FeatureClassifier classifier, long seed) {
        return TensorScope.compute(() -> {
            Tensor loss = classifier.loss(PixelTensors.of(TestPictures.of(seed, 16)), labels(16), true);
            loss.backward();
            Tensors.runWithoutGradient(() -> classifier
                    .weights()
                    .asMap()
                    .values()
                    .forEach(weight -> {
                        var unused = weight.sub_(weight.grad().mul(new Scalar(0.2)));
                        weight.mutable_grad().reset();
                    }));
            return loss.item_double();
        });
    }

    private static Tensor labels(int count) {
        int[] labels = new int[count];
        for (int image = 0; image < count; image++) {
            labels[image] = image % 2;
        }
        return Tensors.of(labels, count);
    }
}
