package dev.oar.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class VqTokenizerConfigTests {
    @Test
    void everyFurtherLevelHalvesTheSide() {
        VqTokenizerConfig config = config(64, 8, List.of(1, 2, 2, 4), 8);
        assertThat(config.pixelsPerCell()).isEqualTo(8);
        assertThat(config.grid().height()).isEqualTo(8);
        assertThat(config.grid().cells()).isEqualTo(64);
        assertThat(config.lowestChannels()).isEqualTo(32);
    }

    @Test
    void publishedSizesHaveThePublishedParameterCount() {
        VqTokenizerConfig config = new VqTokenizerConfig(
                256, 128, List.of(1, 1, 2, 2, 4), 2, 256, 16384, 8, true, AttentionPlacement.LOWEST_RESOLUTION, 32);
        long parameters = VqTokenizer.shapes(config).values().stream()
                .mapToLong(shape -> java.util.Arrays.stream(shape).reduce(1, Math::multiplyExact))
                .sum();
        assertThat(parameters / 1e6).isBetween(71.0, 73.0);
    }

    @Test
    void wrongSizesAreRefusedInOneSentence() {
        assertThatThrownBy(() -> config(64, 12, List.of(1, 2), 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("base-channels times each multiplier must be a multiple of norm-groups, but 12 x 1 is none"
                        + " of 8; choose fewer groups");
        assertThatThrownBy(() -> config(30, 8, List.of(1, 2, 2), 8))
                .hasMessage("image-size must be a multiple of 4 for 3 channel-multipliers, but is 30;"
                        + " change the size or the number of levels");
        assertThatThrownBy(() -> config(32, 8, List.of(), 8)).hasMessageContaining("1 to 16 levels, but names 0");
        assertThatThrownBy(() -> config(0, 8, List.of(1), 8)).hasMessageContaining("image-size must be positive");
        assertThatThrownBy(() -> config(32, 8, List.of(1, 0), 8)).hasMessageContaining("channel-multipliers must be");
    }

    @Test
    void lossAndUsageRefuseNumbersOutsideTheirRange() {
        assertThatThrownBy(() -> new VqLossConfig(0, 0, 1, 0.25, 0)).hasMessageContaining("nothing would be");
        assertThatThrownBy(() -> new VqLossConfig(1, Double.NaN, 1, 0.25, 0)).hasMessageContaining("squared-weight");
        assertThatThrownBy(() -> new CodebookUsageConfig(true, 1, 0.1)).hasMessageContaining("[0, 1), but is 1.0");
        assertThatThrownBy(() -> new CodebookUsageConfig(true, 0.9, -1)).hasMessageContaining("restart-below");
    }

    private static VqTokenizerConfig config(int imageSize, int channels, List<Integer> multipliers, int groups) {
        return new VqTokenizerConfig(
                imageSize, channels, multipliers, 1, 8, 16, 4, true, AttentionPlacement.NONE, groups);
    }
}
