package dev.oar.benchmark;

import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.SamplingFilter;
import dev.oar.decode.TokenSource;
import dev.oar.model.AutoregressiveModel;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Drawing the tokens of images in a fixed order under guidance, with one type of weights. */
final class DecodeRows implements RowGroup {
    static final ClassifierFreeGuidance GUIDANCE = ClassifierFreeGuidance.linear(1, 4);

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
        Spread seconds = one.sampled().isPresent()
                ? sampled(one, schedule, one.sampled().get())
                : repetitions.time(() -> whole(one));
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

    private Spread sampled(Case one, DecodingSchedule schedule, SampledSteps steps) {
        try (FixedOrderWalk walk = new FixedOrderWalk(model(), shape, one.batch(), schedule)) {
            return Spread.of(steps.seconds(schedule.steps(), walk));
        }
    }

    private void whole(Case one) {
        int cells = shape.space().cells();
        var unused = new AnyOrderDecoder(model())
                .decode(new DecodingRequest(
                        shape.conditions(one.batch()),
                        LongStream.range(0, one.batch()).toArray(),
                        1,
                        new OrderPolicy.GivenOrders(
                                Collections.nCopies(one.batch(), GenerationOrder.raster(cells)),
                                one.steps() == cells ? 0 : one.steps()),
                        new TokenSource.Sampled(SamplingFilter.NONE),
                        GUIDANCE,
                        KnownTokens.none()));
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
