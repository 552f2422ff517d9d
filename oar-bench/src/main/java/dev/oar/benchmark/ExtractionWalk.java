package dev.oar.benchmark;

import dev.oar.decode.ConfidenceMeasure;
import dev.oar.model.AnyOrderModel;
import dev.oar.model.DecodingState;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Exact extraction step by step, as {@link dev.oar.decode.AnyOrderDecoder} does it: the most certain cell of each image next. */
final class ExtractionWalk implements SampledSteps.Walk, AutoCloseable {
    private final int[][] tokens;
    private final List<List<Integer>> open = new ArrayList<>();
    private final DecodingState state;

    /** Begins with {@code batch} images. */
    ExtractionWalk(AnyOrderModel model, ModelShape shape, int batch) {
        this.tokens = shape.tokens(batch);
        for (int row = 0; row < batch; row++) {
            List<Integer> cells = new ArrayList<>();
            for (int cell = 0; cell < shape.space().cells(); cell++) {
                cells.add(cell);
            }
            open.add(cells);
        }
        this.state = model.start(shape.conditions(batch));
    }

    @Override
    public void skip(int from, int to) {
        TensorScope.run(() -> {
            if (to - 1 > from) {
                commit(firstOpen(to - 1 - from));
            }
            int[][] last = firstOpen(1);
            var unused = state.peek(last);
            commit(last);
        });
    }

    @Override
    public void step(int number) {
        TensorScope.run(() -> {
            int[][] candidates = open.stream()
                    .map(cells -> cells.stream().mapToInt(Integer::intValue).toArray())
                    .toArray(int[][]::new);
            int count = candidates[0].length;
            double[] keys = keys(state.peek(candidates));
            int[][] winners = new int[candidates.length][];
            for (int row = 0; row < winners.length; row++) {
                int best = best(Arrays.copyOfRange(keys, row * count, (row + 1) * count));
                winners[row] = new int[] {candidates[row][best]};
            }
            commit(winners);
        });
    }

    /** How certain the model is of each cell; {@code logits: [batch, cells, vocabulary]}. */
    static double[] keys(Tensor logits) {
        return ConfidenceMeasure.NEGATIVE_ENTROPY
                .score(logits, Tensors.empty(torch.ScalarType.Long, 0))
                .key();
    }

    /** The place of the largest number, the first of several. */
    static int best(double... keys) {
        int best = 0;
        for (int i = 1; i < keys.length; i++) {
            best = keys[i] > keys[best] ? i : best;
        }
        return best;
    }

    private int[][] firstOpen(int count) {
        return open.stream()
                .map(cells -> cells.subList(0, count).stream()
                        .mapToInt(Integer::intValue)
                        .toArray())
                .toArray(int[][]::new);
    }

    private void commit(int[][] cells) {
        int[][] own = new int[cells.length][];
        for (int row = 0; row < cells.length; row++) {
            int[] image = tokens[row];
            own[row] = Arrays.stream(cells[row]).map(cell -> image[cell]).toArray();
            open.get(row).removeAll(Arrays.stream(cells[row]).boxed().toList());
        }
        state.commit(cells, own);
    }

    @Override
    public void close() {
        state.close();
    }
}
