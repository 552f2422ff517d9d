package dev.oar.tokenizer;

import org.bytedeco.pytorch.Tensor;

/** How different images look, as a network sees them. */
public interface PerceptualDistance {
    /**
     * The distance of each image from its reference, with gradients of the images; expects an open scope.
     *
     * @param images {@code [batch, 3, side, side]}, float32, of about [-1, 1]
     * @param references {@code [batch, 3, side, side]}, float32 in [-1, 1]
     * @return {@code [batch]}, float32, at least 0
     */
    Tensor distance(Tensor images, Tensor references);

    /** Tells two networks apart: 64 lower-case hexadecimal digits of architecture and weights. */
    String fingerprint();
}
