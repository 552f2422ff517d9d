package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.order.CounterRandom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FamilySplitTests {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void everyClassOfTwoFamiliesGivesSomeAndKeepsSome(long seed) {
        CounterRandom random = CounterRandom.of(seed, "test split");
        List<ImageEntry> images = new ArrayList<>();
        Map<Integer, Integer> classOfFamily = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            int family = random.integer(70, i);
            int classIndex = classOfFamily.computeIfAbsent(family, f -> random.integer(6, 1000 + f));
            images.add(image(i, classIndex, "family " + family));
        }

        Set<String> test = FamilySplit.testFamilies(images, 0.1, seed);

        for (int c = 0; c < 6; c++) {
            Set<String> families = families(images, c);
            long inTest = families.stream().filter(test::contains).count();
            if (families.size() >= 2) {
                assertThat(inTest).as("seed %s, class %s", seed, c).isBetween(1L, families.size() - 1L);
            }
        }
        assertThat(test).as("seed %s", seed).hasSizeBetween(5, 10);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void familiesThatSpanClassesLeaveEachSomethingToTrainOn(long seed) {
        CounterRandom random = CounterRandom.of(seed, "spanning families");
        List<ImageEntry> images = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            images.add(image(i, random.integer(12, i), "family " + random.integer(14, 1000 + i)));
        }

        Set<String> test = FamilySplit.testFamilies(images, 0.5, seed);

        for (int c = 0; c < 12; c++) {
            Set<String> families = families(images, c);
            assertThat(test.containsAll(families))
                    .as("seed %s: all of %s are tested", seed, families)
                    .isEqualTo(families.isEmpty());
            if (families.size() > 1 && families.stream().noneMatch(test::contains)) {
                assertThat(families)
                        .as("seed %s: class %s could be tested", seed, c)
                        .allMatch(family -> isLastOfAClass(images, test, family));
            }
        }
    }

    @Test
    void aFamilyThatIsAllOfASecondClassIsTrainedOn() {
        for (long seed = 0; seed < 20; seed++) {
            List<ImageEntry> images = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                images.add(image(i, 0, "family " + i));
            }
            images.add(image(4, 1, "family 2"));

            assertThat(FamilySplit.testFamilies(images, 0.25, seed))
                    .as("seed %s", seed)
                    .hasSize(1)
                    .doesNotContain("family 2");
        }
    }

    @Test
    void noShareTakesNothing() {
        assertThat(FamilySplit.testFamilies(List.of(image(0, 0, "a"), image(1, 0, "b")), 0, 1))
                .isEmpty();
    }

    private static ImageEntry image(int number, int classIndex, String family) {
        return new ImageEntry(Path.of("image"), "image " + number, classIndex, "", family, List.of());
    }

    private static Set<String> families(List<ImageEntry> images, int classIndex) {
        return images.stream()
                .filter(image -> image.classIndex() == classIndex)
                .map(ImageEntry::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether a class that the family has images of has no other family to train on. */
    private static boolean isLastOfAClass(List<ImageEntry> images, Set<String> test, String family) {
        return images.stream()
                .filter(image -> image.group().equals(family))
                .map(image -> families(images, image.classIndex()))
                .anyMatch(
                        families -> families.stream().allMatch(other -> other.equals(family) || test.contains(other)));
    }
}
