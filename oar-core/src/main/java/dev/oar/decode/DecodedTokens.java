package dev.oar.decode;

import dev.oar.order.GenerationOrder;
import java.util.List;

/**
 * What a decoding call filled.
 *
 * @param tokens {@code [batch][cells]}, raster order; those of absent cells are 0
 * @param orders the order in which each row's cells were filled, known cells first; absent cells stand at the end
 * @param logProbabilities {@code [batch][cells]}, raster order: the natural logarithm of each token's probability when it was committed,
 *     in the guided and filtered distribution that it was drawn from, or, of an image's own token, in the conditional distribution. The
 *     negative sum over a real image is its code length where one cell a step was filled. NaN for known and absent cells
 * @param confidences {@code [batch][cells]}, raster order: how sure the model was of each cell when it was chosen, by the measure that the
 *     order policy asked for, without noise and locality. NaN for cells that were chosen without asking
 */
public record DecodedTokens(
        int[][] tokens, List<GenerationOrder> orders, double[][] logProbabilities, double[][] confidences) {
    /** The same with other tokens. */
    public DecodedTokens withTokens(int[][] others) {
        return new DecodedTokens(others, orders, logProbabilities, confidences);
    }
}
