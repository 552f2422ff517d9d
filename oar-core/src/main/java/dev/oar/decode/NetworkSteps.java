package dev.oar.decode;

import dev.oar.model.OrderNetwork;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The steps of an order that a small network finds. */
final class NetworkSteps implements OrderPolicy.Steps {
    private final NetworkOrder policy;
    private final OrderNetwork network;
    private final Decoding decoding;
    private final StepRanking ranking;
    private final int[] sizes;

    /** {@code [batch, cells]}: the tokens of the filled cells, in raster order; it lives as long as the call. */
    private final Tensor tokens;

    /** {@code [batch, 1, width]}; it lives as long as the call. */
    private final Tensor conditions;

    private int seen;
    private int step;

    /** The steps of a call in whose scope this is called. */
    NetworkSteps(NetworkOrder policy, Decoding decoding) {
        this.policy = policy;
        this.network = policy.network();
        this.decoding = decoding;
        this.ranking = new StepRanking(policy.ranking(), decoding);
        this.sizes = GivenSteps.sizes(policy.schedule(), decoding.open()[0].length);
        this.tokens = Tensors.full(
                network.open(),
                torch.ScalarType.Long,
                decoding.batch(),
                decoding.grid().cells());
        int[][] ids = new int[decoding.batch()][];
        Arrays.setAll(ids, decoding::conditionIds);
        this.conditions = TensorScope.tensor(() -> Tensors.withoutGradient(() -> network.conditions(ids)));
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
        double[] scores = TensorScope.compute(() -> Tensors.withoutGradient(() -> {
            see();
            return Tensors.doubles(network.scores(tokens, conditions).gather(1, Tensors.of(open)));
        }));
        for (double score : scores) {
            if (!Double.isFinite(score)) {
                throw new ArithmeticException(
                        "the scores of an order network must be finite numbers, but those of step "
                                + (decoding.step() + 1) + " are not; its weights are damaged: train it again");
            }
        }
        return new Confidence.Scores(scores, scores, scores);
    }

    /** Takes in what has been filled since the last step. */
    private void see() {
        int count = decoding.filled() - seen;
        if (count == 0) {
            return;
        }
        int[][] cells = new int[decoding.batch()][];
        for (int row = 0; row < cells.length; row++) {
            int[] filled = decoding.filledCells(row);
            cells[row] = Arrays.copyOfRange(filled, seen, filled.length);
        }
        var unused = tokens.scatter_(1, Tensors.of(cells), decoding.tokens().narrow(1, seen, count));
        seen += count;
    }
}
