package dev.oar.feature;

import org.bytedeco.pytorch.Tensor;

/**
 * A network in whose feature space images are compared. The standard Inception network and a data set's own classifier stand
 * behind the same seam; figures of different networks are never comparable.
 */
public interface FeatureNetwork {
    /** The number of features of an image. */
    int width();

    /** The name of the feature space as it stands in metric names, such as {@code own features}. */
    String name();

    /** Tells two networks apart: 64 lower-case hexadecimal digits of architecture and weights. */
    String fingerprint();

    /**
     * The features of images, without gradients.
     *
     * @param images {@code [batch, 3, side, side]}, float32 in [-1, 1]
     * @return {@code [batch, width()]}, float32
     */
    Tensor features(Tensor images);
}
