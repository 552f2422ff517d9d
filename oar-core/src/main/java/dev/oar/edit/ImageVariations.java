package dev.oar.edit;

import dev.oar.data.MeanRanks;
import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.DecodedTokens;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.TokenSource;
import dev.oar.image.RgbImage;
import dev.oar.image.RgbaImage;
import dev.oar.model.AutoregressiveModel;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Draws variations of images with a model and a tokenizer, which stay the caller's. */
public final class ImageVariations {
    private final AutoregressiveModel model;
    private final ImageTokenizer tokenizer;
    private final Optional<MeanRanks> meanRanks;

    /**
     * Variations by this model.
     *
     * @param meanRanks needed for recorded-mean orders only
     */
    public ImageVariations(AutoregressiveModel model, ImageTokenizer tokenizer, Optional<MeanRanks> meanRanks) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.meanRanks = meanRanks;
    }

    /**
     * Draws results in ascending index and hands each on as soon as its batch is done.
     *
     * @throws IllegalArgumentException if the image is too small for the model's grid, or the model knows raster order only
     * @throws IOException if the order stands in a file that cannot be read
     */
    public void draw(VariationRequest request, EditListener listener, Consumer<EditedImage> sink) throws IOException {
        TokenGrid grid = model.space().grid();
        PixelMask whole = PixelMask.of(request.image().width(), request.image().height(), new BitSet())
                .inverted();
        PlannedWindow planned = WindowPlan.whole(whole, grid);
        int batch = request.batchSize();
        try (AutoregressiveModel packed = model.packed(request.drawing().weightFormat())) {
            HolePainter painter = new HolePainter(packed, tokenizer, meanRanks);
            Canvas canvas = new Canvas(request.image());
            RgbImage seen = canvas.seen(planned.window(), whole.inverted(), tokenizer.imageSize());
            int[] tokens = painter.encode(List.of(seen))[0];
            BitSet absent = planned.absent(grid);
            KnownTokens known = new KnownTokens(
                    kept(packed, tokens, absent, request),
                    Collections.nCopies(batch, tokens).toArray(int[][]::new),
                    absent);
            long end = request.firstIndex() + request.count();
            for (long start = request.firstIndex() / batch * batch; start < end; start += batch) {
                for (EditedImage image : batch(request, start, planned, known, painter, listener)) {
                    if (image.index() >= request.firstIndex() && image.index() < end) {
                        sink.accept(image);
                    }
                }
            }
        }
    }

    private List<EditedImage> batch(
            VariationRequest request,
            long start,
            PlannedWindow planned,
            KnownTokens known,
            HolePainter painter,
            EditListener listener)
            throws IOException {
        int[] conditions = new int[request.batchSize()];
        Arrays.fill(conditions, request.condition());
        long[] indices = new long[request.batchSize()];
        Arrays.setAll(indices, row -> start + row);
        int kept = known.cells().cardinality();
        DecodedTokens decoded = painter.paint(
                known,
                new HolePainter.Rows(conditions, indices, request.seed(), request.drawing()),
                progress -> listener.stepped(new EditListener.Progress(
                        start,
                        progress.filled() - kept,
                        progress.total() - kept,
                        () -> images(
                                request,
                                planned,
                                painter,
                                HolePainter.completed(progress.tokens().get(), known)))));
        List<RgbaImage> images = images(request, planned, painter, decoded.tokens());
        List<EditedImage> results = new ArrayList<>();
        for (int row = 0; row < images.size(); row++) {
            GenerationOrder order = decoded.orders().get(row);
            Appearance appearance =
                    new Appearance(request.image().width(), request.image().height());
            BitSet drawn = known.cells();
            drawn.flip(0, order.length());
            appearance.note(planned.window(), model.space().grid(), drawn, order.inverse(), -kept, planned.painted());
            results.add(new EditedImage(start + row, images.get(row), List.of(order), appearance.drawnBefore()));
        }
        return results;
    }

    private static List<RgbaImage> images(
            VariationRequest request, PlannedWindow planned, HolePainter painter, int[][] tokens) {
        Feather none = Feather.of(planned.painted(), 0);
        return painter.decode(tokens).stream()
                .map(picture -> {
                    Canvas canvas = new Canvas(request.image());
                    canvas.paint(planned.window(), picture, planned.painted(), none);
                    return canvas.image();
                })
                .toList();
    }

    /** The cells that are kept; of absent cells none is. */
    private static BitSet kept(AutoregressiveModel packed, int[] tokens, BitSet absent, VariationRequest request) {
        int cells = packed.space().cells() - absent.cardinality();
        int count = (int) Math.rint(request.keep() * cells);
        int[] present = switch (request.keepBy()) {
            case CONFIDENT -> extracted(packed, tokens, absent, request.condition());
            case UNCERTAIN -> reversed(extracted(packed, tokens, absent, request.condition()));
            case RANDOM ->
                Arrays.stream(GenerationOrder.uniform(
                                        packed.space().cells(), CounterRandom.of(request.seed(), "kept cells"))
                                .toArray())
                        .filter(cell -> !absent.get(cell))
                        .toArray();
        };
        BitSet kept = new BitSet();
        Arrays.stream(present).limit(count).forEach(kept::set);
        return kept;
    }

    /** The cells that exist, in the order that the model extracts from the image. */
    private static int[] extracted(AutoregressiveModel packed, int[] tokens, BitSet absent, int condition) {
        int[][] rows = {tokens};
        GenerationOrder order = new AnyOrderDecoder(packed)
                .decode(new DecodingRequest(
                        new int[] {condition},
                        new long[] {0},
                        0,
                        OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY),
                        new TokenSource.GroundTruth(rows),
                        ClassifierFreeGuidance.OFF,
                        new KnownTokens(new BitSet(), rows, absent)))
                .orders()
                .get(0);
        return Arrays.copyOf(order.toArray(), order.length() - absent.cardinality());
    }

    private static int[] reversed(int[] cells) {
        int[] reversed = new int[cells.length];
        Arrays.setAll(reversed, i -> cells[cells.length - 1 - i]);
        return reversed;
    }
}
