package dev.oar.tokenizer;

import dev.oar.config.Default;
import dev.oar.config.Kind;
import dev.oar.config.Require;
import java.util.Optional;

/**
 * In whose features reconstructions are also compared with their images (Johnson et al., "Perceptual losses for real-time style
 * transfer and super-resolution", 2016): differences of pixels alone favour blurred edges.
 */
public sealed interface PerceptualLossConfig {
    /** What the mean distance of a batch is multiplied by, positive. */
    double weight();

    /**
     * The features of a small classifier that is trained on the same images, with the settings of the recipe's feature network and
     * another seed: the network that images are measured by stays one that nothing was trained to please.
     *
     * @param weight what the mean distance of a batch is multiplied by, positive
     */
    @Kind("own-features")
    record OwnFeatures(@Default("1") double weight) implements PerceptualLossConfig {
        /** Checks the weight. */
        public OwnFeatures {
            requireWeight(weight);
        }
    }

    /**
     * LPIPS (Zhang et al., "The unreasonable effectiveness of deep features as a perceptual metric", 2018) by published weights of VGG16
     * that the user brings; they are never downloaded.
     *
     * @param weights file of VGG16's weights, as torchvision or LPIPS publish them, relative to the recipe
     * @param heads file of LPIPS's linear heads, relative to the recipe; empty if {@code weights} holds them, too
     * @param weight what the mean distance of a batch is multiplied by, positive
     */
    @Kind("lpips")
    record Lpips(
            String weights,
            Optional<String> heads,
            @Default("1") double weight) implements PerceptualLossConfig {
        /** The smallest side of an image in pixels: four halvings leave one cell. */
        public static final int SMALLEST_SIDE = 16;

        /** Checks the settings. */
        public Lpips {
            Require.that(
                    !weights.isBlank() && heads.map(path -> !path.isBlank()).orElse(true),
                    "weights and heads must name files, but one of them is blank; name the file of VGG16's weights and"
                            + " that of LPIPS's linear heads");
            requireWeight(weight);
        }
    }

    private static void requireWeight(double weight) {
        Require.that(
                weight > 0 && weight < Double.POSITIVE_INFINITY,
                "weight must be a positive finite number, but is %s; leave perceptual out to do without it",
                weight);
    }
}
