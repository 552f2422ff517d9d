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
     * The mean negative logarithm of the probability of the next cells, in nats per cell, every image weighing the same.
     *
     * @param scores {@code [batch, cells]}, raster order
     * @param orders {@code [batch][cells]} permutations of the cells
     * @param filled how many cells of each order are filled already and out of the choice, in {@code 0 .. cells - 2}
     * @param next how many cells behind them count, at least 1; the last cell of all is no choice and counts never
     * @return a scalar, float32 or wider
     */
    static Tensor loss(Tensor scores, int[][] orders, int[] filled, int next) {
        int cells = orders[0].length;
        torch.ScalarType type = scores.scalar_type().intern();
        Tensor wide = type == torch.ScalarType.BFloat16 ? scores.to(torch.ScalarType.Float) : scores;
        int[][] reversed = Arrays.stream(orders)
                .map(order -> GenerationOrder.of(order).reversed().toArray())
                .toArray(int[][]::new);
        // From the end of an order, the cells that are left before a choice are those up to it.
        Tensor fromEnd = wide.gather(1, Tensors.of(reversed));
        Tensor left = fromEnd.logcumsumexp(1);
        Tensor weights =
                Tensors.of(weights(cells, filled, next), filled.length, cells).to(wide.scalar_type());
        return left.sub(fromEnd).mul(weights).sum().mul(new Scalar(1.0 / filled.length));
    }

    /** How much each choice counts, {@code [batch, cells]} from the end of the orders. */
    private static double[] weights(int cells, int[] filled, int next) {
        double[] weights = new double[filled.length * cells];
        for (int row = 0; row < filled.length; row++) {
            int count = Math.min(next, cells - 1 - filled[row]);
            int end = (row + 1) * cells - filled[row];
            Arrays.fill(weights, end - count, end, 1.0 / count);
        }
        return weights;
    }
}
