package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.layout.FoundImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FamilyChoiceTests {
    private static final int FAMILIES = 40;
    private static final int VARIANTS = 3;

    private static List<FoundImage> images() {
        List<FoundImage> images = new ArrayList<>();
        for (int i = 0; i < FAMILIES * VARIANTS; i++) {
            images.add(new FoundImage(Path.of(i + ".png"), i + ".png", "class", "", "family " + i % FAMILIES));
        }
        return images;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3})
    void wholeFamiliesAreChosenAndALargerChoiceHoldsASmallerOne(long seed) {
        List<FoundImage> small = FamilyChoice.of(images(), Optional.of(31), seed);
        List<FoundImage> large = FamilyChoice.of(images(), Optional.of(60), seed);
        assertThat(small).as("seed " + seed).hasSize(30).isSubsetOf(large);
        assertThat(large).hasSize(60).isSubsetOf(images());
        Set<String> families = small.stream().map(FoundImage::group).collect(Collectors.toSet());
        assertThat(families).hasSize(small.size() / VARIANTS);
        assertThat(FamilyChoice.of(images(), Optional.of(31), seed + 100)).isNotEqualTo(small);
    }

    @Test
    void allAreKeptUnlessThereAreMore() {
        assertThat(FamilyChoice.of(images(), Optional.empty(), 1)).isEqualTo(images());
        assertThat(FamilyChoice.of(images(), Optional.of(FAMILIES * VARIANTS), 1))
                .isEqualTo(images());
    }
}
