package dev.oar.benchmark;

import dev.oar.artifact.ModelFolder;
import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.Decoding;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.SamplingFilter;
import dev.oar.decode.TokenSource;
import dev.oar.model.AutoregressiveModel;
import dev.oar.tensor.Device;
import dev.oar.tensor.WeightFormat;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Tokens of a trained model in the greedy dynamic order under guidance: the unconditional branch asked about the chosen cells alone,
 * beside a doubled batch that asks it about all, the two by turns.
 */
final class GuidedDrawingRows implements RowGroup {
    private static final ClassifierFreeGuidance GUIDANCE = ClassifierFreeGuidance.constant(2);

    private static final OrderPolicy GREEDY = OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY);

    private final ModelFolder folder;
    private final BundledShape shape;
    private final int batch;
    private final int turns;
    private final Target target;

    /** Chooses cells as another policy does, but has both branches asked about all of them. */
    private record AskingAll(OrderPolicy policy) implements OrderPolicy {
        @Override
        public Steps open(Decoding decoding) {
            return policy.open(decoding);
        }
    }

    /** A row that draws {@code batch} images at a time. */
    GuidedDrawingRows(ModelFolder folder, int batch, int turns, Target target) {
        this.folder = folder;
        this.shape = BundledShape.of(folder);
        this.batch = batch;
        this.turns = turns;
        this.target = target;
    }

    @Override
    public List<PlannedRow> rows() {
        String name = "draw-guided/" + shape.transformer().label() + "/chosen-against-all/batch-" + batch;
        return List.of(new PlannedRow(name, measured -> measure(name)));
    }

    private Figure measure(String name) throws IOException {
        double[] ratios = new double[turns];
        long equal;
        try (AutoregressiveModel model = folder.transformer(folder.defaultArm(), Device.inForce());
                AutoregressiveModel packed = model.packed(WeightFormat.FLOAT32)) {
            // The first turn prepacks weights.
            equal = equal(tokens(packed, new AskingAll(GREEDY)), tokens(packed, GREEDY));
            for (int turn = 0; turn < turns; turn++) {
                double all = Repetitions.secondsOf(() -> tokens(packed, new AskingAll(GREEDY)));
                ratios[turn] = all / Repetitions.secondsOf(() -> tokens(packed, GREEDY));
            }
        }
        return Figure.of(
                name,
                Unit.RATIO,
                Spread.of(ratios),
                "seconds of a doubled batch that asks both branches about all open cells / of asking the unconditional"
                        + " one about the chosen cells, " + turns + " turns; " + equal + " of "
                        + (long) batch * shape.transformer().space().cells() + " tokens equal",
                Optional.of(target));
    }

    private int[][] tokens(AutoregressiveModel model, OrderPolicy policy) {
        return new AnyOrderDecoder(model)
                .decode(new DecodingRequest(
                        shape.transformer().conditions(batch),
                        LongStream.range(0, batch).toArray(),
                        1,
                        policy,
                        new TokenSource.Sampled(SamplingFilter.GREEDY),
                        GUIDANCE,
                        KnownTokens.none()))
                .tokens();
    }

    private static long equal(int[][] some, int[][] others) {
        long equal = 0;
        for (int row = 0; row < some.length; row++) {
            for (int cell = 0; cell < some[row].length; cell++) {
                equal += some[row][cell] == others[row][cell] ? 1 : 0;
            }
        }
        return equal;
    }

    @Override
    public void close() {}
}
