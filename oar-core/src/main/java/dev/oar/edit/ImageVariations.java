package dev.oar.edit;

import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.DecodedTokens;
import dev.oar.decode.DecodingListener;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.TokenSource;
import dev.oar.generate.DrawingModel;
import dev.oar.image.RgbImage;
import dev.oar.image.RgbaImage;
import dev.oar.model.AutoregressiveModel;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * Draws variations of images with a model and a tokenizer, which stay the caller's.
 *
 * <p>Each call prepacks the weights, and frees them at its end; with many calls, give it a
 * {@linkplain AutoregressiveModel#prepared() prepared} model.
 *
 * <p>Safe for use by several threads: calls on one object, or on several of one model, may run at the same time and draw what they would
 * draw one after the other.
 */
public final class ImageVariations {
    private final DrawingModel model;

    /** Variations by this model, which stays the caller's. */
    public ImageVariations(DrawingModel model) {
        this.model = model;
    }

    /**
     * Draws results in ascending index and hands each on as soon as its batch is done.
     *
     * @throws IllegalArgumentException if the image is too small for the model's grid, or the model knows raster order only
     * @throws IOException if the order stands in a file that cannot be read
     */
    public void draw(VariationRequest request, EditListener listener, Consumer<EditedImage> sink) throws IOException {
        TokenGrid grid = model.model().space().grid();
        PixelMask whole = PixelMask.of(request.image().width(), request.image().height(), new BitSet())
                .inverted();
        Window window = WindowPlan.whole(whole, grid);
        int batch = request.batchSize();
        try (AutoregressiveModel packed = model.model().packed(request.drawing().weightFormat())) {
            HolePainter painter = new HolePainter(model.with(packed));
            HolePainter.Brush brush = painter.brush(request.drawing());
            PixelMask nothing = whole.inverted();
            RgbImage seen = new Canvas(request.image(), whole.bounds())
                    .seen(window, nothing, model.tokenizer().imageSize());
            int[] tokens = painter.encode(List.of(seen))[0];
            BitSet absent = window.absent(grid, whole.width(), whole.height());
            KnownTokens known = new KnownTokens(
                    kept(packed, tokens, absent, request, looking(listener, window)),
                    Collections.nCopies(batch, tokens).toArray(int[][]::new),
                    absent);
            Work work = new Work(request, window, whole, known, painter, brush, listener);
            long end = request.firstIndex() + request.count();
            for (long start = request.firstIndex() / batch * batch; start < end; start += batch) {
                int first = (int) Math.max(0, request.firstIndex() - start);
                batch(work, start, first, (int) Math.min(batch, end - start)).forEach(sink);
            }
        }
    }

    /** What all batches of a call share. */
    private record Work(
            VariationRequest request,
            Window window,
            PixelMask whole,
            KnownTokens known,
            HolePainter painter,
            HolePainter.Brush brush,
            EditListener listener) {
        /** The images of some rows of tokens. */
        List<RgbaImage> images(int[][] tokens, int first, int end) {
            Feather none = Feather.of(whole, 0);
            return painter.decode(Arrays.copyOfRange(tokens, first, end)).stream()
                    .map(picture -> {
                        Canvas canvas = new Canvas(request.image(), whole.bounds());
                        canvas.paint(window, picture, whole, none);
                        return canvas.image();
                    })
                    .toList();
        }

        /** How a row stands. */
        RgbaImage preview(DecodingListener.Progress progress, int row) {
            return images(HolePainter.completed(progress.tokens().get(), known), row, row + 1)
                    .get(0);
        }
    }

    private static EditListener.Cells cells(
            Window window, BitSet drawn, DecodingListener.Progress progress, int first, int end) {
        return new EditListener.Cells(
                window,
                drawn,
                () -> Arrays.copyOfRange(progress.tokens().get(), first, end),
                () -> Arrays.copyOfRange(progress.confidences().get(), first, end),
                () -> Arrays.copyOfRange(progress.candidateConfidences().get(), first, end));
    }

    /** Draws a whole batch and returns the rows from {@code first} to before {@code end}. */
    private List<EditedImage> batch(Work work, long start, int first, int end) {
        VariationRequest request = work.request();
        int[] conditions = new int[request.batchSize()];
        Arrays.fill(conditions, request.condition());
        long[] indices = new long[request.batchSize()];
        Arrays.setAll(indices, row -> start + row);
        HolePainter.Rows rows = new HolePainter.Rows(conditions, indices, request.seed(), work.brush());
        KnownTokens known = work.known();
        int kept = known.cells().cardinality();
        BitSet drawn = known.cells();
        drawn.flip(0, model.model().space().cells());
        List<GenerationOrder> given = HolePainter.givenOrders(known, rows);
        DecodedTokens decoded = work.painter()
                .paint(
                        known,
                        rows,
                        progress -> work.listener()
                                .stepped(new EditListener.Progress(
                                        start + first,
                                        end - first,
                                        progress.filled() - kept,
                                        progress.total() - kept,
                                        cells(work.window(), drawn, progress, first, end),
                                        result -> work.preview(progress, first + result))));
        List<RgbaImage> images = work.images(decoded.tokens(), first, end);
        List<EditedImage> results = new ArrayList<>();
        for (int row = first; row < end; row++) {
            GenerationOrder order = decoded.orders().get(row);
            Appearance appearance = new Appearance(work.whole().bounds());
            appearance.note(work.window(), model.model().space().grid(), drawn, order.inverse(), -kept, work.whole());
            results.add(new EditedImage(
                    start + row,
                    images.get(row - first),
                    List.of(work.window()),
                    List.of(order),
                    given.isEmpty() ? order : given.get(row),
                    appearance));
        }
        return results;
    }

    /** Tells of the steps in which kept cells are looked for, before anything is drawn. */
    private static DecodingListener looking(EditListener listener, Window window) {
        return progress -> listener.stepped(new EditListener.Progress(
                0,
                0,
                0,
                progress.total(),
                new EditListener.Cells(
                        window, new BitSet(), () -> new int[0][], () -> new double[0][], () -> new double[0][]),
                result -> {
                    throw new IllegalStateException(
                            "a preview shows a result, but none is drawn while cells to keep are looked for; ask later");
                }));
    }

    /** The cells that are kept; of absent cells none is. */
    private static BitSet kept(
            AutoregressiveModel packed,
            int[] tokens,
            BitSet absent,
            VariationRequest request,
            DecodingListener listener) {
        int cells = packed.space().cells() - absent.cardinality();
        int count = (int) Math.rint(request.keep() * cells);
        int[] present = switch (request.keepBy()) {
            case CONFIDENT -> extracted(packed, tokens, absent, request.condition(), listener);
            case UNCERTAIN -> reversed(extracted(packed, tokens, absent, request.condition(), listener));
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
    private static int[] extracted(
            AutoregressiveModel packed, int[] tokens, BitSet absent, int condition, DecodingListener listener) {
        int[][] rows = {tokens};
        GenerationOrder order = new AnyOrderDecoder(packed)
                .decode(new DecodingRequest(
                        new int[] {condition},
                        new long[] {0},
                        0,
                        OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY),
                        new TokenSource.GroundTruth(rows),
                        ClassifierFreeGuidance.OFF,
                        new KnownTokens(new BitSet(), rows, absent),
                        listener))
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
