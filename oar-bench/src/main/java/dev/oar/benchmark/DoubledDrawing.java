package dev.oar.benchmark;

import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.model.AutoregressiveModel;
import dev.oar.model.DecodingState;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Guided drawing in the greedy dynamic order with a doubled batch: every step asks the conditional and the unconditional branch about
 * all open cells and guides all of them, although cells are ranked by the conditional branch alone. What
 * {@link dev.oar.decode.AnyOrderDecoder} is held against, which asks the unconditional one about the chosen cells.
 */
final class DoubledDrawing {
    private final AutoregressiveModel model;
    private final ClassifierFreeGuidance guidance;

    DoubledDrawing(AutoregressiveModel model, ClassifierFreeGuidance guidance) {
        this.model = model;
        this.guidance = guidance;
    }

    /** The most probable tokens of one image per condition: {@code [batch][cells]}. */
    int[][] tokens(int[] conditions) {
        int batch = conditions.length;
        int cells = model.space().cells();
        int[] both = Arrays.copyOf(conditions, 2 * batch);
        Arrays.fill(both, batch, both.length, model.space().unconditional());
        int[][] tokens = new int[batch][cells];
        boolean[][] taken = new boolean[batch][cells];
        try (DecodingState state = model.start(both)) {
            for (int step = 0; step < cells; step++) {
                step(state, step, tokens, taken);
            }
        }
        return tokens;
    }

    private void step(DecodingState state, int step, int[][] tokens, boolean[][] taken) {
        int batch = tokens.length;
        int cells = model.space().cells();
        int[][] open = Arrays.stream(taken)
                .map(row -> IntStream.range(0, cells).filter(cell -> !row[cell]).toArray())
                .toArray(int[][]::new);
        TensorScope.run(() -> {
            Tensor answers = state.peek(twice(open));
            Tensor guided = guidance.guide(answers, step, 1, cells);
            double[] keys = ExtractionWalk.keys(answers.narrow(0, 0, batch));
            int[][] winners = new int[batch][];
            int[][] chosen = new int[batch][];
            for (int row = 0; row < batch; row++) {
                int count = open[row].length;
                int best = ExtractionWalk.best(Arrays.copyOfRange(keys, row * count, (row + 1) * count));
                winners[row] = new int[] {best};
                chosen[row] = new int[] {open[row][best]};
                taken[row][chosen[row][0]] = true;
            }
            Tensor index = Tensors.of(winners).unsqueeze(-1).expand(batch, 1, guided.size(2));
            Tensor drawn = guided.gather(1, index).argmax(new LongOptional(-1), false);
            int[] read = Tensors.ints(drawn);
            for (int row = 0; row < batch; row++) {
                tokens[row][chosen[row][0]] = read[row];
            }
            state.commit(twice(chosen), Tensors.cat(0, drawn, drawn));
        });
    }

    private static int[][] twice(int[][] rows) {
        return Stream.concat(Arrays.stream(rows), Arrays.stream(rows)).toArray(int[][]::new);
    }
}
