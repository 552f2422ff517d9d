package dev.oar.benchmark;

import dev.oar.decode.SamplingFilter;
import dev.oar.model.AutoregressiveModel;
import dev.oar.model.DecodingState;
import dev.oar.order.CounterRandom;
import dev.oar.order.DecodingSchedule;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/** Drawing step by step in raster order under guidance, as {@link dev.oar.decode.AnyOrderDecoder} does it. */
final class FixedOrderWalk implements SampledSteps.Walk, AutoCloseable {
    private final int batch;
    private final int[] firstCell;
    private final int[][] known;
    private final int cells;
    private final DecodingState state;
    private final CounterRandom random = CounterRandom.of(1, "benchmark drawing");

    /** Begins; conditional rows come first, then as many unconditional ones. */
    FixedOrderWalk(AutoregressiveModel model, ModelShape shape, int batch, DecodingSchedule schedule) {
        this.batch = batch;
        this.cells = shape.space().cells();
        this.known = shape.tokens(2 * batch);
        this.firstCell = new int[schedule.steps() + 1];
        int[] sizes = schedule.cellsPerStep();
        for (int step = 0; step < sizes.length; step++) {
            firstCell[step + 1] = firstCell[step] + sizes[step];
        }
        int[] conditions = Arrays.copyOf(shape.conditions(batch), 2 * batch);
        Arrays.fill(conditions, batch, 2 * batch, shape.space().unconditional());
        this.state = model.start(conditions);
    }

    @Override
    public void skip(int from, int to) {
        TensorScope.run(() -> {
            if (to - 1 > from) {
                int[] skipped = range(firstCell[from], firstCell[to - 1]);
                state.commit(
                        everyRow(skipped),
                        Arrays.stream(known)
                                .map(row -> Arrays.copyOfRange(row, skipped[0], firstCell[to - 1]))
                                .toArray(int[][]::new));
            }
            step(to - 1);
        });
    }

    @Override
    public void step(int number) {
        int first = firstCell[number];
        int[] group = range(first, firstCell[number + 1]);
        TensorScope.run(() -> {
            int[][] everywhere = everyRow(group);
            Tensor logits =
                    DecodeRows.GUIDANCE.guide(state.predictGroup(everywhere), first, group.length, cells);
            double[] uniforms = new double[batch * group.length];
            Arrays.setAll(uniforms, i -> random.derive(number).uniform(i));
            Tensor drawn =
                    SamplingFilter.NONE.drawn(logits.flatten(0, 1), uniforms).view(batch, group.length);
            state.commit(everywhere, Tensors.cat(0, drawn, drawn));
        });
    }

    private int[][] everyRow(int[] columns) {
        int[][] rows = new int[2 * batch][];
        Arrays.fill(rows, columns);
        return rows;
    }

    private static int[] range(int from, int to) {
        return IntStream.range(from, to).toArray();
    }

    @Override
    public void close() {
        state.close();
    }
}
