package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.checkpoint.Fingerprint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NotoEmojiTests {
    private static final ImageFolderConfig CONFIG = DataConfigs.with(
            ImageFolderConfig.of("noto-emoji-64.zip", 64),
            false,
            "category",
            "skin_tone_variant_of",
            Optional.of("unicode"));

    @Test
    void theBundledImagesAreWholeAndVariantsStandOnOneSide() throws IOException {
        try (ImageFolder images = ImageFolder.open(CONFIG, Path.of("../data"))) {
            assertThat(images.images()).hasSize(3786);
            assertThat(images.classes()).hasSize(10).contains("food-drink", "people-body");
            assertThat(Arrays.stream(images.families()).distinct()).hasSize(3786 - 1875);
            assertThat(images.images().get(0).caption()).isNotEmpty();
            Set<Integer> train = families(images, images.trainIndices());
            Set<Integer> test = families(images, images.testIndices());
            assertThat(train).doesNotContainAnyElementsOf(test);
            assertThat(test).hasSizeBetween(186, 196);
            assertThat(IntStream.of(images.testIndices())
                            .map(i -> images.images().get(i).classIndex())
                            .distinct())
                    .hasSize(10);
            assertThat(images.pixels(0).width()).isEqualTo(64);
            assertThat(images.fingerprint()).hasSize(64);
        }
    }

    @Test
    void theSplitIsThatWhichTheBundledModelsWereTrainedOn() throws IOException {
        try (ImageFolder images = ImageFolder.open(CONFIG, Path.of("../data"))) {
            String test = IntStream.of(images.testIndices())
                    .mapToObj(index -> images.images().get(index).fileName())
                    .collect(Collectors.joining("\n"));
            assertThat(Fingerprint.of(test))
                    .isEqualTo("db99f06a5b0f1ebef34e18a9dd617934c77583f7df9892e62e4b1a64dd49deb5");
        }
    }

    private static Set<Integer> families(ImageFolder images, int[] indices) {
        return Arrays.stream(images.familiesOf(indices)).boxed().collect(Collectors.toSet());
    }
}
