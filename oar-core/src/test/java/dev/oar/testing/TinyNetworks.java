package dev.oar.testing;

import dev.oar.config.RecipeReader;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureClassifierConfig;
import dev.oar.tokenizer.VqTokenizer;
import dev.oar.tokenizer.VqTokenizerConfig;

/** Tokenizer and feature network, of random weights, for images of 16 x 16 pixels in two classes. */
public final class TinyNetworks {
    private TinyNetworks() {}

    /** A tokenizer of 4 x 4 cells and 16 codes; the caller closes it. */
    public static VqTokenizer tokenizer() {
        return VqTokenizer.initialise(RecipeReader.parse("tokenizer.yaml", """
            image-size: 16
            base-channels: 8
            channel-multipliers: [1, 1, 1]
            residual-blocks: 1
            z-channels: 8
            codebook-size: 16
            codebook-width: 4
            attention: none
            norm-groups: 4
            """, VqTokenizerConfig.class), 1);
    }

    /** A feature network; the caller closes it. */
    public static FeatureClassifier features() {
        return FeatureClassifier.initialise(
                RecipeReader.parse(
                        "features.yaml",
                        "{channels: [8, 8], norm-groups: 4, rotations: false, dropout: 0, label-smoothing: 0}",
                        FeatureClassifierConfig.class),
                2,
                1);
    }
}
