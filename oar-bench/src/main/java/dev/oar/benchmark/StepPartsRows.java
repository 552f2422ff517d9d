package dev.oar.benchmark;

import dev.oar.model.AutoregressiveModel;
import dev.oar.order.DecodingSchedule;
import dev.oar.tensor.Device;
import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of one drawing step goes: the whole step in the middle of an image, and by turns with it the linear layers alone and
 * attention over the cache alone, on tensors of the same sizes. What is left is everything else: norms, rotation, activations,
 * sampling, and the way into LibTorch and back.
 */
final class StepPartsRows implements RowGroup {
    /** Conditional and unconditional row of one image. */
    private static final int ROWS = 2;

    /** The token that settles, and the query. */
    private static final int POSITIONS = 2;

    private final ModelShape shape;
    private final int turns;
    private @Nullable Parts parts;

    /** Seconds of a step and of two of its parts. */
    private record Parts(Spread whole, Spread linear, Spread attention) {}

    /** Rows of {@code turns} turns each. */
    StepPartsRows(ModelShape shape, int turns) {
        this.shape = shape;
        this.turns = turns;
    }

    @Override
    public List<PlannedRow> rows() {
        String prefix = "step-parts/" + shape.label() + "/float32/";
        String middle = " in the middle of an image of " + shape.space().cells() + " steps, one image with guidance";
        return List.of(
                new PlannedRow(
                        prefix + "whole",
                        measured -> figure(prefix + "whole", measured().whole(), "one step" + middle)),
                new PlannedRow(
                        prefix + "linear-layers",
                        measured -> figure(
                                prefix + "linear-layers",
                                measured().linear(),
                                "the linear layers of one step alone, by turns with a whole one")),
                new PlannedRow(
                        prefix + "attention",
                        measured -> figure(
                                prefix + "attention",
                                measured().attention(),
                                "attention of all layers over a half-full cache alone, by turns with a whole step")));
    }

    private static Figure figure(String name, Spread seconds, String formula) {
        return Figure.of(name, Unit.SECONDS_PER_STEP, seconds, formula, Optional.empty());
    }

    private Parts measured() {
        if (parts == null) {
            parts = measure();
        }
        return parts;
    }

    private Parts measure() {
        DecodingSchedule schedule = DecodingSchedule.sequential(shape.space().cells());
        int middle = (schedule.steps() - turns) / 2;
        double[] whole;
        double[] linear = new double[turns];
        double[] attention = new double[turns];
        try (AutoregressiveModel model = shape.transformer();
                AutoregressiveModel packed = model.packed(WeightFormat.FLOAT32);
                TensorScope ignored = TensorScope.open()) {
            Tensor cache = cache(POSITIONS * schedule.steps());
            // The first turn prepacks weights.
            linearLayers(packed.weights());
            whole = new FixedOrderDrawing(packed, shape, 1, schedule).seconds(new SampledSteps(1, turns), turn -> {
                linear[turn] = seconds(() -> linearLayers(packed.weights()));
                attention[turn] = seconds(() -> attention(cache, POSITIONS * (middle + turn)));
            });
        }
        return new Parts(Spread.of(whole).times(1.0 / schedule.steps()), Spread.of(linear), Spread.of(attention));
    }

    private static double seconds(Runnable work) {
        long began = System.nanoTime();
        work.run();
        Device.inForce().synchronize();
        return (System.nanoTime() - began) * 1e-9;
    }

    private void linearLayers(Weights weights) {
        TensorScope.run(() -> Tensors.withoutGradient(() -> {
            Tensor hidden = Tensors.zeros(
                    torch.ScalarType.Float, ROWS, POSITIONS, shape.config().width());
            for (int layer = 0; layer < shape.config().layers(); layer++) {
                String name = "layers." + layer + ".";
                var unused = weights.linear(name + "attention.wqkv", hidden);
                unused = weights.linear(name + "attention.wo", hidden);
                List<Tensor> both = weights.linearBoth(name + "feed_forward.w1", name + "feed_forward.w3", hidden);
                unused = weights.linear(name + "feed_forward.w2", both.get(0));
            }
            return weights.linear("output", hidden.narrow(1, 0, 1));
        }));
    }

    /** Keys or values of all layers, {@code [layers, rows, heads, positions, headWidth]}. */
    private Tensor cache(int positions) {
        return Tensors.full(
                1,
                torch.ScalarType.Float,
                shape.config().layers(),
                ROWS,
                shape.config().heads(),
                positions,
                shape.config().headWidth());
    }

    private void attention(Tensor cache, int keys) {
        TensorScope.run(() -> Tensors.withoutGradient(() -> {
            Tensor query = cache.select(0, 0).narrow(2, 0, POSITIONS);
            Tensor mask = Tensors.zeros(torch.ScalarType.Float, POSITIONS, keys);
            Tensor attended = query;
            for (int layer = 0; layer < shape.config().layers(); layer++) {
                Tensor seen = cache.select(0, layer).narrow(2, 0, keys);
                attended = Operations.attention(query, seen, seen, mask);
            }
            return attended;
        }));
    }

    @Override
    public void close() {
        parts = null;
    }
}
