package dev.oar.decode;

import dev.oar.model.OrderHistory;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The steps of an order that a small network finds. */
final class NetworkSteps implements OrderPolicy.Steps {
    private final NetworkOrder policy;
    private final Decoding decoding;
    private final StepRanking ranking;
    private final int[] sizes;

    /** It lives as long as the call. */
    private final OrderHistory history;

    private int seen;
    private int step;

    /** The steps of a call in whose scope this is called. */
    NetworkSteps(NetworkOrder policy, Decoding decoding) {
        this.policy = policy;
        this.decoding = decoding;
        this.ranking = new StepRanking(policy.ranking(), decoding);
        this.sizes = GivenSteps.sizes(policy.schedule(), decoding.open()[0].length);
        int[][] ids = new int[decoding.batch()][];
        Arrays.setAll(ids, decoding::conditionIds);
        this.history = new OrderHistory(policy.network(), ids);
    }

    @Override
    public int[][] next() {
        int size = sizes[step++];
        int[][] open = decoding.open();
        boolean spaced = policy.spacing() > 0 && size > 1;
        Confidence.Scores scores = scores(open);
        int[][] ranked = CellRows.at(open, ranking.now().best(scores, open, spaced ? open[0].length : size));
        if (!spaced) {
            return ranked;
        }
        return Arrays.stream(ranked)
                .map(row -> SpacedCells.chosen(decoding.grid(), row, size, policy.spacing()))
                .toArray(int[][]::new);
    }

    private Confidence.Scores scores(int[][] open) {
        double[] scores = TensorScope.compute(
                () -> Tensors.doubles(history.scores(newCells(), newTokens()).gather(1, Tensors.of(open))));
        seen = decoding.filled();
        for (double score : scores) {
            if (!Double.isFinite(score)) {
                throw new ArithmeticException(
                        "the scores of an order network must be finite numbers, but those of step "
                                + (decoding.step() + 1) + " are not; its weights are damaged: train it again");
            }
        }
        return new Confidence.Scores(scores, scores, scores);
    }

    /** {@code [batch, count]}: the cells that have been filled since the last step. */
    private Tensor newCells() {
        int count = decoding.filled() - seen;
        if (count == 0) {
            return Tensors.zeros(torch.ScalarType.Long, decoding.batch(), 0);
        }
        int[][] cells = new int[decoding.batch()][];
        for (int row = 0; row < cells.length; row++) {
            int[] filled = decoding.filledCells(row);
            cells[row] = Arrays.copyOfRange(filled, seen, filled.length);
        }
        return Tensors.of(cells);
    }

    private Tensor newTokens() {
        return decoding.tokens().narrow(1, seen, decoding.filled() - seen);
    }
}
