package dev.oar.decode;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How a token is drawn from logits whose temperature hangs on how unsure the model is (arXiv 2510.09012, public code): top-k and top-p choose
 * the tokens that may be drawn, and the entropy {@code H} of what is left, in nats, gives the temperature
 * {@code temperature * (2.5 exp(-H / 3) + 0.6)}. A sure model, whose best token would always win, is drawn from more freely, and an unsure
 * one, by whom much that does not fit would be drawn, more strictly; the two meet at 5.5 nats.
 *
 * @param temperature at least 0; scales temperatures of all entropies
 * @param topK how many of the largest logits may be drawn; 0 = all
 * @param topP as of {@link SamplingFilter}; 1 = none is dropped
 */
public record EntropyTemperature(double temperature, int topK, double topP) implements TokenFilter {
    private static final double SURE = 2.5;
    private static final double NATS = 3;
    private static final double LEAST = 0.6;

    /** Checks the ranges. */
    public EntropyTemperature {
        var unused = new SamplingFilter(temperature, topK, topP);
    }

    @Override
    public Tensor filtered(Tensor logits) {
        Tensor kept = new SamplingFilter(1, topK, topP).filtered(logits);
        return kept.div(temperatures(kept));
    }

    /**
     * The temperature of each distribution.
     *
     * @param kept {@code [..., vocabulary]}, minus infinity where a token was dropped
     * @return {@code [..., 1]}
     */
    Tensor temperatures(Tensor kept) {
        Tensor probabilities = torch.softmax(kept, -1);
        // Of a token without probability, nothing times minus infinity is nothing.
        Tensor terms = probabilities
                .mul(torch.log_softmax(kept, -1))
                .masked_fill(probabilities.eq(new Scalar(0)), new Scalar(0));
        Tensor negativeEntropy = terms.sum(-1L).unsqueeze(-1);
        double scale = Math.max(temperature, SamplingFilter.SMALLEST_TEMPERATURE);
        return negativeEntropy
                .div(new Scalar(NATS))
                .exp()
                .mul(new Scalar(SURE))
                .add(new Scalar(LEAST))
                .mul(new Scalar(scale));
    }

    @Override
    public Drawn drawn(Tensor logits, double... uniforms) {
        // Of equal logits the first, which the inverse of the distribution need not give.
        return topK == 1
                ? SamplingFilter.GREEDY.drawn(logits, uniforms)
                : InverseDrawing.drawn(this, logits, uniforms, InverseDrawing.DRAWN_FROM_AT_ONCE);
    }
}
