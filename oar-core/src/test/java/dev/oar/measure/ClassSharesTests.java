package dev.oar.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.data.Families;
import dev.oar.order.CounterRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassSharesTests {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void afterAnyNumberOfSamplesEveryClassHasItsShareToWithinOneSample(long seed) {
        CounterRandom random = CounterRandom.of(seed, "shares");
        int classes = 1 + random.integer(30, 0);
        int[] classOfImage = IntStream.range(0, 200)
                .map(image -> random.integer(1 + random.integer(classes, 2L * image), 2L * image + 1))
                .toArray();
        ClassShares shares = ClassShares.of(classOfImage, Families.singletons(classOfImage.length), classes);
        int[] counts = new int[classes];
        int samples = 0;
        for (int drawn : shares.classes(1000)) {
            counts[drawn]++;
            samples++;
            for (int index = 0; index < classes; index++) {
                assertThat((double) counts[index])
                        .as("seed %d, class %d of %d after %d", seed, index, classes, samples)
                        .isCloseTo(samples * shares.shares().get(index), within(1.0));
            }
        }
    }

    @Test
    void theClassOfASampleDoesNotDependOnHowManyThereAre() {
        ClassShares shares = ClassShares.of(new int[] {0, 0, 2, 2, 2, 1, 2}, Families.singletons(7), 3);
        assertThat(shares.classes(100)).startsWith(shares.classes(37));
    }

    @Test
    void equalSharesAreClassesByTurns() {
        assertThat(ClassShares.equal(3).classes(7)).containsExactly(0, 1, 2, 0, 1, 2, 0);
        assertThat(ClassShares.equal(1).classes(3)).containsExactly(0, 0, 0);
    }

    @Test
    void aClassThatTheReferenceLacksIsNeverDrawn() {
        int[] drawn =
                ClassShares.of(new int[] {0, 2, 2}, Families.singletons(3), 4).classes(300);
        assertThat(Arrays.stream(drawn).filter(index -> index == 2).count()).isEqualTo(200);
        assertThat(Arrays.stream(drawn).filter(index -> index == 1 || index == 3))
                .isEmpty();
    }

    @Test
    void variantsOfOnePictureCountOnce() {
        ClassShares shares = ClassShares.of(new int[] {0, 1, 1, 1}, Families.of(new int[] {5, 8, 8, 8}), 2);
        assertThat(shares.shares()).containsExactly(0.5, 0.5);
    }

    @Test
    void foldersNamedLikeClassesTellTheShares() {
        List<String> classes = List.of("bars", "discs");
        assertThat(ClassShares.ofFolders(
                        List.of("test/bars/1.png", "discs/1.png", "discs/2.png", "discs/3.png"), classes))
                .hasValueSatisfying(shares -> assertThat(shares.shares()).containsExactly(0.25, 0.75));
        assertThat(ClassShares.ofFolders(List.of("bars/1.png", "rings/1.png"), classes))
                .isEmpty();
        assertThat(ClassShares.ofFolders(List.of("1.png"), classes)).isEmpty();
    }

    @Test
    void sharesThatDoNotMakeAWholeAreRefused() {
        assertThatThrownBy(() -> new ClassShares(List.of(0.5, 0.4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("their sum is 0.9");
        assertThatThrownBy(() -> new ClassShares(List.of(1.5, -0.5))).isInstanceOf(IllegalArgumentException.class);
    }
}
