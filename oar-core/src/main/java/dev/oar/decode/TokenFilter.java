package dev.oar.decode;

import org.bytedeco.pytorch.Tensor;

/** What tokens are drawn from: a function of a model's logits. {@link SamplingFilter} is the usual one. */
@FunctionalInterface
public interface TokenFilter {
    /**
     * Tokens that were drawn.
     *
     * @param tokens {@code [rows]}, int64
     * @param logProbabilities {@code [rows]}: natural logarithms of their probabilities in the distributions they were drawn from; not finite
     *     where the model's logits are not, so that they are refused
     */
    record Drawn(Tensor tokens, Tensor logProbabilities) {}

    /**
     * The logits of the distributions that tokens are drawn from, each worked out for itself.
     *
     * @param logits {@code [..., vocabulary]}, the model's, guided
     * @return of the same shape and type; minus infinity for tokens that are not to be drawn, but not for all
     */
    Tensor filtered(Tensor logits);

    /**
     * Draws one token per distribution by inverting the cumulative distribution, so that the token is a function of its logits
     * and its own uniform number.
     *
     * @param logits {@code [rows, vocabulary]}
     * @param uniforms {@code [rows]} numbers in [0, 1)
     * @return what was drawn; nothing waits for it
     */
    default Drawn drawn(Tensor logits, double... uniforms) {
        return InverseDrawing.drawn(this, logits, uniforms, InverseDrawing.DRAWN_FROM_AT_ONCE);
    }
}
