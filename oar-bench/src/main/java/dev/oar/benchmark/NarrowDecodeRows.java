package dev.oar.benchmark;

import dev.oar.model.AutoregressiveModel;
import dev.oar.order.DecodingSchedule;
import dev.oar.tensor.WeightFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Drawing one image, a cell a step, with narrow weights beside the same with weights in float32, the two by turns. */
final class NarrowDecodeRows implements RowGroup {
    private static final SampledSteps SAMPLED = new SampledSteps(8, 2);

    private final ModelShape shape;
    private final List<WeightType> narrow;
    private final int turns;
    private final Target target;

    /**
     * Rows of some types, and one of the fastest of them.
     *
     * @param target of the fastest
     */
    NarrowDecodeRows(ModelShape shape, List<WeightType> narrow, int turns, Target target) {
        this.shape = shape;
        this.narrow = List.copyOf(narrow);
        this.turns = turns;
        this.target = target;
    }

    @Override
    public List<PlannedRow> rows() {
        List<PlannedRow> rows = new ArrayList<>();
        for (WeightType type : narrow) {
            rows.add(new PlannedRow(name(type), measured -> measure(type)));
        }
        String fastest = "decode-narrow/" + shape.label() + "/fastest-against-float32";
        rows.add(new PlannedRow(fastest, measured -> {
            List<Figure> figures = new ArrayList<>();
            for (WeightType type : narrow) {
                figures.add(measured.figure(name(type)));
            }
            Figure best = figures.stream()
                    .max(Comparator.comparingDouble(figure -> figure.value().median()))
                    .orElseThrow();
            return Figure.of(fastest, Unit.RATIO, best.value(), "that of " + best.name(), Optional.of(target));
        }));
        return rows;
    }

    private String name(WeightType type) {
        return "decode-narrow/" + shape.label() + "/" + type.label() + "-against-float32";
    }

    private Figure measure(WeightType type) throws IOException {
        DecodingSchedule schedule = DecodingSchedule.sequential(shape.space().cells());
        double[] ratios = new double[turns];
        try (AutoregressiveModel model = shape.transformer();
                AutoregressiveModel wide = model.packed(WeightFormat.FLOAT32);
                AutoregressiveModel packed = model.packed(type.format())) {
            // The first turn prepacks weights.
            seconds(wide, schedule);
            seconds(packed, schedule);
            Arrays.setAll(ratios, turn -> seconds(wide, schedule) / seconds(packed, schedule));
        }
        return Figure.of(
                name(type),
                Unit.RATIO,
                Spread.of(ratios),
                "seconds of an image with weights in float32 / in " + type.label() + ", " + schedule.steps()
                        + " steps, one image, turn by turn; " + SAMPLED.note(schedule.steps()),
                Optional.empty());
    }

    private double seconds(AutoregressiveModel packed, DecodingSchedule schedule) {
        return Arrays.stream(new FixedOrderDrawing(packed, shape, 1, schedule).seconds(SAMPLED))
                .average()
                .orElseThrow();
    }

    @Override
    public void close() {}
}
