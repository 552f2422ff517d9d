package dev.oar.decode;

import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.model.DecodingState;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The steps of an order that is found by trying cells: the one that tells most about the others next. */
final class InformativeSteps implements OrderPolicy.Steps {
    /** 64 MiB in float32: so many logits are asked for at once, or those of one candidate of each row. */
    private static final long LARGEST_ANSWER = 1L << 24;

    private final InformativeFirst policy;
    private final Decoding decoding;

    InformativeSteps(InformativeFirst policy, Decoding decoding) {
        this.policy = policy;
        this.decoding = decoding;
    }

    @Override
    public int[][] next() {
        int[][] open = decoding.open();
        int left = open[0].length;
        if (left == 1) {
            return open;
        }
        int[][] candidates = candidates(open);
        double[][] losses = losses(open);
        double[][] after = new double[open.length][candidates[0].length];
        int atOnce = (int) Math.max(
                1,
                LARGEST_ANSWER
                        / ((long) open.length * left * policy.model().space().vocabularySize()));
        for (int from = 0; from < candidates[0].length; from += atOnce) {
            int[][] some = CellRows.columns(candidates, from, Math.min(candidates[0].length, from + atOnce));
            double[] of = TensorScope.compute(() -> lossesAfter(some, open));
            for (int row = 0; row < open.length; row++) {
                System.arraycopy(of, row * some[row].length, after[row], from, some[row].length);
            }
        }
        int[][] chosen = new int[open.length][];
        for (int row = 0; row < open.length; row++) {
            chosen[row] = new int[] {best(candidates[row], open[row], losses[row], after[row])};
        }
        return chosen;
    }

    /** The cells of each row that are tried, ascending. */
    private int[][] candidates(int[][] open) {
        int left = open[0].length;
        if (policy.candidates() >= left) {
            return open;
        }
        double[] entropies = decoding.scores(open, 1, ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL)
                .value();
        int[][] candidates = new int[open.length][];
        for (int row = 0; row < open.length; row++) {
            int first = row * left;
            int[] cells = open[row];
            candidates[row] = IntStream.range(0, left)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer place) -> entropies[first + place]))
                    .limit(policy.candidates())
                    .mapToInt(place -> cells[place])
                    .sorted()
                    .toArray();
        }
        return candidates;
    }

    /** The losses of the true tokens of all open cells as things are, in nats. */
    private double[][] losses(int[][] open) {
        int left = open[0].length;
        double[] logs = decoding.scores(
                        open, 1, ConfidenceMeasure.GROUND_TRUTH_PROBABILITY, ConfidenceLogits.CONDITIONAL)
                .log();
        return IntStream.range(0, open.length)
                .mapToObj(row -> Arrays.stream(logs, row * left, (row + 1) * left)
                        .map(log -> -log)
                        .toArray())
                .toArray(double[][]::new);
    }

    /**
     * The sum of the losses of the other open cells, if a candidate were filled with its true token.
     *
     * @return one number per candidate, row by row
     */
    private double[] lossesAfter(int[][] candidates, int[][] open) {
        int count = candidates[0].length;
        int rows = candidates.length * count;
        int[] conditions = new int[rows];
        int[][] images = new int[rows][];
        int[][] filled = new int[rows][];
        int[][] others = new int[rows][];
        for (int row = 0; row < rows; row++) {
            int image = row / count;
            int candidate = candidates[image][row % count];
            conditions[row] = policy.conditions()[image];
            images[row] = policy.tokens()[image];
            int[] before = decoding.filledCells(image);
            filled[row] = Arrays.copyOf(before, before.length + 1);
            filled[row][before.length] = candidate;
            others[row] =
                    Arrays.stream(open[image]).filter(cell -> cell != candidate).toArray();
        }
        try (DecodingState state = policy.model().start(conditions)) {
            state.commit(filled, CellRows.at(images, filled));
            Tensor logits = state.peek(others).to(torch.ScalarType.Double);
            Tensor truth = Tensors.of(CellRows.at(images, others)).unsqueeze(-1);
            Tensor logs = logits.gather(-1, truth).squeeze(-1).sub(logits.logsumexp(-1));
            return Tensors.doubles(logs.sum(-1).neg());
        }
    }

    private static int best(int[] candidates, int[] open, double[] losses, double[] after) {
        double sum = Arrays.stream(losses).sum();
        int best = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < candidates.length; i++) {
            double before = sum - losses[Arrays.binarySearch(open, candidates[i])];
            if (before - after[i] > most) {
                most = before - after[i];
                best = i;
            }
        }
        return candidates[best];
    }
}
