package dev.oar.benchmark;

import dev.oar.decode.ConfidenceMeasure;
import dev.oar.model.AnyOrderModel;
import dev.oar.model.DecodingState;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Extraction by the letter of the paper (arXiv 2504.17069): before each step every open cell is asked for by a row of its own, which
 * computes the whole committed sequence anew. What {@link dev.oar.extract.OrderExtractor} is held against.
 */
final class LiteralExtraction {
    private final AnyOrderModel model;
    private final ModelShape shape;
    private final int positionsPerPass;

    /**
     * Extraction with this model.
     *
     * @param positionsPerPass candidates share a pass as long as their sequences have no more positions together
     */
    LiteralExtraction(AnyOrderModel model, ModelShape shape, int positionsPerPass) {
        this.model = model;
        this.shape = shape;
        this.positionsPerPass = positionsPerPass;
    }

    /** The order of one image. */
    GenerationOrder order(int[] tokens, int condition) {
        int[] filled = new int[0];
        int cells = shape.space().cells();
        while (filled.length < cells) {
            int[] open = open(filled, cells);
            double[] keys = new double[open.length];
            int rows = rowsPerPass(filled.length);
            for (int from = 0; from < open.length; from += rows) {
                int[] part = Arrays.copyOfRange(open, from, Math.min(from + rows, open.length));
                double[] some = keys(tokens, condition, filled, part);
                System.arraycopy(some, 0, keys, from, some.length);
            }
            int[] longer = Arrays.copyOf(filled, filled.length + 1);
            longer[filled.length] = open[best(keys)];
            filled = longer;
        }
        return GenerationOrder.of(filled);
    }

    /**
     * The seconds of one image, estimated once per repetition: the first pass of the step in the middle of each part stands for the
     * part by its floating-point operations.
     */
    double[] estimate(int[] tokens, int condition, SampledSteps sampled) {
        int cells = shape.space().cells();
        TransformerCost cost = shape.cost();
        List<Pass> all = cost.literal();
        double[] seconds = new double[sampled.repetitions()];
        for (int part = 0; part < sampled.parts(); part++) {
            int begin = cells * part / sampled.parts();
            int end = cells * (part + 1) / sampled.parts();
            int[] filled = IntStream.range(0, (begin + end) / 2).toArray();
            int[] open = open(filled, cells);
            int[] some = Arrays.copyOf(open, Math.min(open.length, rowsPerPass(filled.length)));
            double scale = cost.operations(all.subList(begin, end))
                    / cost.operations(cost.fromTheBeginning(some.length, filled.length));
            for (int i = 0; i < seconds.length; i++) {
                long began = System.nanoTime();
                double[] unused = keys(tokens, condition, filled, some);
                seconds[i] += (System.nanoTime() - began) * 1e-9 * scale;
            }
        }
        return seconds;
    }

    /** How certain the model is of each candidate, each asked for behind a sequence of its own. */
    private double[] keys(int[] tokens, int condition, int[] filled, int... candidates) {
        int[] conditions = new int[candidates.length];
        Arrays.fill(conditions, condition);
        try (DecodingState state = model.start(conditions)) {
            return TensorScope.compute(() -> {
                if (filled.length > 0) {
                    int[] own = Arrays.stream(filled).map(cell -> tokens[cell]).toArray();
                    state.commit(copies(filled, candidates.length), copies(own, candidates.length));
                }
                Tensor logits = state.peek(Arrays.stream(candidates)
                        .mapToObj(cell -> new int[] {cell})
                        .toArray(int[][]::new));
                return ConfidenceMeasure.NEGATIVE_ENTROPY
                        .score(logits, Tensors.empty(torch.ScalarType.Long, 0))
                        .key();
            });
        }
    }

    /** The place of the largest number, the first of several. */
    private static int best(double... keys) {
        int best = 0;
        for (int i = 1; i < keys.length; i++) {
            best = keys[i] > keys[best] ? i : best;
        }
        return best;
    }

    private int rowsPerPass(int committed) {
        return Math.toIntExact(Math.max(
                1,
                positionsPerPass / shape.cost().fromTheBeginning(1, committed).rows()));
    }

    private static int[] open(int[] filled, int cells) {
        boolean[] taken = new boolean[cells];
        for (int cell : filled) {
            taken[cell] = true;
        }
        return IntStream.range(0, cells).filter(cell -> !taken[cell]).toArray();
    }

    private static int[][] copies(int[] row, int count) {
        int[][] rows = new int[count][];
        Arrays.fill(rows, row);
        return rows;
    }
}
