package dev.oar.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.tokenizer.AttentionPlacement;
import dev.oar.tokenizer.VqTokenizerConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenizerCostTests {
    private static final TokenizerCost COST = new TokenizerCost(
            new VqTokenizerConfig(8, 8, List.of(1, 1), 1, 8, 16, 4, true, AttentionPlacement.NONE, 4));

    /** A convolution of 3 x 3 from 8 to 8 channels, per pixel. */
    private static final int CONVOLUTION = 2 * 8 * 8 * 9;

    @Test
    void anEncodingConvolvesEveryPixelOfEveryLevel() {
        int full = 2 * 3 * 8 * 9 + 2 * CONVOLUTION;
        int half = CONVOLUTION + 2 * CONVOLUTION + 4 * CONVOLUTION + CONVOLUTION;
        assertThat(COST.encoding()).isEqualTo(64.0 * full + 16.0 * half);
    }

    @Test
    void aDecodingHasOneMoreBlockPerLevel() {
        int half = CONVOLUTION + 4 * CONVOLUTION + 4 * CONVOLUTION;
        int full = CONVOLUTION + 4 * CONVOLUTION + 2 * 3 * 8 * 9;
        assertThat(COST.decoding()).isEqualTo(64.0 * full + 16.0 * half);
    }
}
