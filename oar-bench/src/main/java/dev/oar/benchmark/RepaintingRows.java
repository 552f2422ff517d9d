package dev.oar.benchmark;

import dev.oar.artifact.ModelFolder;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.DecodingListener;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.edit.HolePainter;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.model.AutoregressiveModel;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Device;
import dev.oar.tensor.WeightFormat;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** What it takes to repaint the middle quarter of an image, beside drawing all of it; the tokenizer's work is in neither. */
final class RepaintingRows implements RowGroup {
    private static final int PAIRS = 9;
    private static final double TARGET = 0.35;

    private final ModelFolder folder;
    private final BundledShape shape;
    private final int batch;

    /** Rows that draw {@code batch} images at a time. */
    RepaintingRows(ModelFolder folder, int batch) {
        this.folder = folder;
        this.shape = BundledShape.of(folder);
        this.batch = batch;
    }

    @Override
    public List<PlannedRow> rows() {
        String name = "repaint/" + shape.transformer().label() + "/quarter-against-whole/batch-" + batch;
        return List.of(new PlannedRow(name, measured -> measure(name)));
    }

    private Figure measure(String name) throws IOException {
        TokenGrid grid = shape.transformer().space().grid();
        int[][] tokens = shape.transformer().tokens(batch);
        KnownTokens outside = new KnownTokens(outsideOfTheMiddle(grid), tokens);
        KnownTokens nothing = new KnownTokens(new BitSet(), tokens);
        Drawing drawing = Drawing.of(
                new DrawingOrder.Dynamic(ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 1, 1));
        List<Double> ratios = new ArrayList<>();
        try (ImageTokenizer tokenizer = folder.tokenizer(Device.inForce());
                AutoregressiveModel model = folder.transformer(folder.defaultArm(), Device.inForce());
                AutoregressiveModel packed = model.packed(WeightFormat.FLOAT32)) {
            HolePainter painter = new HolePainter(new DrawingModel(packed, tokenizer, folder.meanRanks()));
            HolePainter.Rows rows = new HolePainter.Rows(
                    shape.transformer().conditions(batch),
                    IntStream.range(0, batch).asLongStream().toArray(),
                    1,
                    painter.brush(drawing));
            // One pair warms up; the two by turns, so that both see the machine as it is.
            for (int pair = -1; pair < PAIRS; pair++) {
                double quarter = Repetitions.secondsOf(() -> painter.paint(outside, rows, DecodingListener.NONE));
                double whole = Repetitions.secondsOf(() -> painter.paint(nothing, rows, DecodingListener.NONE));
                if (pair >= 0) {
                    ratios.add(quarter / whole);
                }
            }
        }
        return Figure.of(
                name,
                Unit.RATIO,
                Spread.of(ratios.stream().mapToDouble(Double::doubleValue).toArray()),
                String.format(
                        Locale.ROOT,
                        "seconds to draw %d of %d cells in the dynamic order, the others being known, by those to draw"
                                + " all",
                        grid.cells() - outside.cells().cardinality(),
                        grid.cells()),
                Optional.of(Target.atMost(TARGET)));
    }

    /** The cells around a square of half the grid's height and width. */
    private static BitSet outsideOfTheMiddle(TokenGrid grid) {
        BitSet outside = new BitSet(grid.cells());
        for (int cell = 0; cell < grid.cells(); cell++) {
            outside.set(
                    cell, !isInMiddle(grid.row(cell), grid.height()) || !isInMiddle(grid.column(cell), grid.width()));
        }
        return outside;
    }

    private static boolean isInMiddle(int at, int length) {
        return at >= length / 4 && at < length / 4 + length / 2;
    }

    @Override
    public void close() {}
}
