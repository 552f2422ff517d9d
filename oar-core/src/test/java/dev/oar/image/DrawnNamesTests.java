package dev.oar.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrawnNamesTests {
    private static final long[] INDICES = {0, 1, 9, 10, 123_456_789, Long.MAX_VALUE - 1, Long.MAX_VALUE};

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -10, -5, -1, 0, 1, 10, Long.MAX_VALUE})
    void whateverTheSeedOnlyImagesAreImages(long seed) {
        for (long first : INDICES) {
            for (String folder : new String[] {"", "a/", "a-1/0-0-0-sheet.png/"}) {
                assertThat(DrawnNames.isBesideImages(folder + DrawnNames.image(seed, first)))
                        .as("seed %d, index %d", seed, first)
                        .isFalse();
                assertThat(DrawnNames.isBesideImages(folder + DrawnNames.animation(seed, first)))
                        .isTrue();
                for (long last : INDICES) {
                    assertThat(DrawnNames.isBesideImages(folder + DrawnNames.sheet(seed, first, last)))
                            .as("seed %d, indices %d to %d", seed, first, last)
                            .isTrue();
                    assertThat(DrawnNames.isBesideImages(folder + DrawnNames.orderMap(seed, first, last)))
                            .as("seed %d, indices %d to %d", seed, first, last)
                            .isTrue();
                }
            }
        }
        assertThat(DrawnNames.isBesideImages(DrawnNames.MASK_PREVIEW)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sheet.png",
                "1-sheet.png",
                "1-2-sheet.png",
                "a-1-2-sheet.png",
                "1-2-3-sheet.png.png",
                "1-2-3-sheet.jpg",
                "--1-2-3-sheet.png",
                "1-2-3-order.png/5-0.png",
                "my-mask-preview.png"
            })
    void namesOfTheUsersOwnAreImages(String name) {
        assertThat(DrawnNames.isBesideImages(name)).isFalse();
    }
}
