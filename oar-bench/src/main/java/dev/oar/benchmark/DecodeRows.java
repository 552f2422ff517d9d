package dev.oar.benchmark;

import dev.oar.model.AutoregressiveModel;
import dev.oar.order.DecodingSchedule;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Drawing the tokens of images in a fixed order under guidance, with one type of weights. */
final class DecodeRows implements RowGroup {
    private final ModelShape shape;
    private final WeightType type;
    private final List<Case> cases;
    private final Repetitions repetitions;
    private @Nullable AutoregressiveModel model;
    private @Nullable AutoregressiveModel packed;

    /**
     * What one row draws.
     *
     * @param batch images drawn together; guidance doubles the rows
     * @param steps steps of the cosine schedule; as many as cells: one cell a step
     * @param sampled which steps are timed; empty for all
     * @param target of the row
     */
    record Case(int batch, int steps, Optional<SampledSteps> sampled, Optional<Target> target) {}

    DecodeRows(ModelShape shape, WeightType type, List<Case> cases, Repetitions repetitions) {
        this.shape = shape;
        this.type = type;
        this.cases = List.copyOf(cases);
        this.repetitions = repetitions;
    }

    @Override
    public List<PlannedRow> rows() {
        return cases.stream()
                .map(one -> new PlannedRow(name(one), measured -> measure(one)))
                .toList();
    }

    private String name(Case one) {
        return "decode/" + shape.label() + "/" + type.label() + "/" + one.steps() + "-steps/batch-" + one.batch();
    }

    private Figure measure(Case one) throws IOException {
        int cells = shape.space().cells();
        DecodingSchedule schedule =
                one.steps() == cells ? DecodingSchedule.sequential(cells) : DecodingSchedule.cosine(cells, one.steps());
        FixedOrderDrawing drawing = new FixedOrderDrawing(model(), shape, one.batch(), schedule);
        Spread seconds = one.sampled().isPresent()
                ? Spread.of(drawing.seconds(one.sampled().get()))
                : repetitions.time(drawing::run);
        TransformerCost cost = shape.cost();
        List<Pass> passes = cost.fixed(2 * one.batch(), schedule.cellsPerStep());
        String formula = "sum over " + schedule.steps()
                + " passes of max(bytes of weights / reading, operations / products with "
                + type.label() + " weights), per image"
                + one.sampled()
                        .map(steps -> "; " + steps.note(schedule.steps()))
                        .orElse("; measured whole");
        return Figure.of(
                name(one),
                Unit.SECONDS_PER_IMAGE,
                seconds.times(1.0 / one.batch()),
                limits -> cost.seconds(passes, type, limits) / one.batch(),
                formula,
                one.target());
    }

    private AutoregressiveModel model() {
        if (packed == null) {
            model = shape.transformer();
            packed = model.packed(type.format());
        }
        return packed;
    }

    @Override
    public void close() {
        if (packed != null && model != null) {
            packed.close();
            model.close();
            packed = null;
        }
    }
}
