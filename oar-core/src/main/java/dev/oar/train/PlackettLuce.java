package dev.oar.train;

import dev.oar.order.GenerationOrder;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The likelihood of an order in the model of Plackett and Luce: of all cells that are left, the next one is chosen with a probability in
 * proportion to the exponential of its score, and so on with the rest.
 */
final class PlackettLuce {
    private PlackettLuce() {}

    /**
     * The mean negative logarithm of the probability of the next cells, in nats per cell, over all images and all contexts, each weighing the
     * same.
     *
     * @param scores {@code [batch, contexts, cells]}, cells in raster order; in a context, the first cells of the order are filled and out of
     *     the choice: as many as there are contexts before it. At most {@code cells - 1} contexts
     * @param orders {@code [batch][cells]} permutations of the cells
     * @param next how many cells behind the filled ones count, at least 1; the last cell of all is no choice and counts never
     * @return a scalar, float32 or wider
     */
    static Tensor loss(Tensor scores, int[][] orders, int next) {
        int cells = orders[0].length;
        int contexts = Math.toIntExact(scores.size(1));
        torch.ScalarType type = scores.scalar_type().intern();
        Tensor wide = type == torch.ScalarType.BFloat16 ? scores.to(torch.ScalarType.Float) : scores;
        int[][] reversed = Arrays.stream(orders)
                .map(order -> GenerationOrder.of(order).reversed().toArray())
                .toArray(int[][]::new);
        // From the end of an order, the cells that are left before a choice are those up to it.
        Tensor fromEnd = wide.gather(2, Tensors.of(reversed).unsqueeze(1).expand(orders.length, contexts, cells));
        Tensor left = fromEnd.logcumsumexp(2);
        Tensor weights =
                Tensors.of(weights(contexts, cells, next), contexts, cells).to(wide.scalar_type());
        return left.sub(fromEnd).mul(weights).sum().mul(new Scalar(1.0 / ((double) orders.length * contexts)));
    }

    /** How much each choice counts, {@code [contexts, cells]} from the end of the orders. */
    private static double[] weights(int contexts, int cells, int next) {
        double[] weights = new double[contexts * cells];
        for (int filled = 0; filled < contexts; filled++) {
            int count = Math.min(next, cells - 1 - filled);
            int end = (filled + 1) * cells - filled;
            Arrays.fill(weights, end - count, end, 1.0 / count);
        }
        return weights;
    }
}
