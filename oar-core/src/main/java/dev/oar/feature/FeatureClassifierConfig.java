package dev.oar.feature;

import dev.oar.config.Default;
import java.util.List;

/**
 * The sizes of a {@link FeatureClassifier}.
 *
 * @param channels channels of each stage; every stage halves the side, and the last number is the width of the features
 * @param normGroups groups of every group normalisation, a divisor of all channels
 * @param rotations whether the classifier is also trained to tell by how many quarter turns an image was rotated
 * @param dropout dropout on the features while training, in [0, 1)
 * @param labelSmoothing share of the target spread over all classes while training, in [0, 1)
 */
public record FeatureClassifierConfig(
        @Default("[32, 64, 128]") List<Integer> channels,
        @Default("8") int normGroups,
        @Default("true") boolean rotations,
        @Default("0.1") double dropout,
        @Default("0.1") double labelSmoothing) {
    /** Checks the sizes. */
    public FeatureClassifierConfig {
        channels = List.copyOf(channels);
        var unused = new ConvolutionalTrunk(channels, normGroups);
        for (double share : new double[] {dropout, labelSmoothing}) {
            if (!(share >= 0 && share < 1)) {
                throw new IllegalArgumentException(
                        "dropout and label-smoothing must lie in [0, 1), but one is " + share + "; 0.1 is usual");
            }
        }
    }

    /** Three stages up to 128 features. */
    public static FeatureClassifierConfig standard() {
        return new FeatureClassifierConfig(List.of(32, 64, 128), 8, true, 0.1, 0.1);
    }

    /** The width of the features. */
    public int width() {
        return trunk().width();
    }

    /** The smallest side of an image in pixels. */
    public int smallestSide() {
        return trunk().smallestSide();
    }

    /** Images to features. */
    ConvolutionalTrunk trunk() {
        return new ConvolutionalTrunk(channels, normGroups);
    }

    /** How many rotations of an image are told apart. */
    int turns() {
        return rotations ? 4 : 1;
    }
}
