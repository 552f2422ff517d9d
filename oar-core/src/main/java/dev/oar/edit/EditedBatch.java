package dev.oar.edit;

import dev.oar.decode.DecodedTokens;
import dev.oar.decode.DecodingListener;
import dev.oar.decode.KnownTokens;
import dev.oar.image.RgbImage;
import dev.oar.image.RgbaImage;
import dev.oar.model.TokenSpace;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Results that are painted together, window by window. A model always draws whole batches; canvases are kept of those results alone that
 * were asked for, and the other rows see what the nearest of them shows.
 */
final class EditedBatch {
    private final EditRequest request;
    private final List<PlannedWindow> windows;
    private final Feather feather;
    private final HolePainter painter;
    private final HolePainter.Brush brush;
    private final TokenSpace space;
    private final EditListener listener;
    private final long start;
    private final int firstRow;
    private final List<Canvas> canvases = new ArrayList<>();
    private final List<List<GenerationOrder>> orders = new ArrayList<>();
    private final List<Appearance> appearances = new ArrayList<>();
    private final int total;
    private List<GenerationOrder> given = List.of();
    private PixelMask hidden;
    private int window;
    private int done;

    /**
     * A batch.
     *
     * @param start index of its first row, a multiple of the batch size
     * @param windows the windows that will be painted
     * @param brush how they are, by this painter
     */
    EditedBatch(
            EditRequest request,
            long start,
            List<PlannedWindow> windows,
            Feather feather,
            HolePainter painter,
            HolePainter.Brush brush,
            TokenSpace space,
            EditListener listener) {
        this.request = request;
        this.start = start;
        this.windows = windows;
        this.feather = feather;
        this.painter = painter;
        this.brush = brush;
        this.space = space;
        this.listener = listener;
        this.hidden = request.mask();
        this.total = windows.stream()
                .mapToInt(planned -> planned.hole().cardinality())
                .sum();
        this.firstRow = (int) Math.max(0, request.firstIndex() - start);
        PixelRectangle bounds = request.mask().bounds();
        int endRow = (int) Math.min(request.batchSize(), request.endIndex() - start);
        for (int row = firstRow; row < endRow; row++) {
            canvases.add(new Canvas(request.image(), bounds));
            orders.add(new ArrayList<>());
            appearances.add(new Appearance(bounds));
        }
    }

    /**
     * Paints all windows in all results, and hands on one result after the other.
     *
     * @param size width and height of the model's images
     */
    void paint(int size, Consumer<EditedImage> sink) {
        for (window = 0; window < windows.size(); window++) {
            paint(windows.get(window), size);
        }
        for (int i = 0; i < canvases.size(); i++) {
            sink.accept(new EditedImage(
                    start + firstRow + i,
                    canvases.get(i).image(),
                    windows.stream().map(PlannedWindow::window).toList(),
                    List.copyOf(orders.get(i)),
                    given.isEmpty() ? orders.get(i).get(0) : given.get(firstRow + i),
                    appearances.get(i)));
        }
    }

    private void paint(PlannedWindow planned, int size) {
        PixelMask painted = hidden.within(planned.window());
        KnownTokens known = known(planned, size);
        int before = done - planned.known().cardinality();
        HolePainter.Rows rows = rows();
        if (window == 0) {
            given = HolePainter.givenOrders(known, rows);
        }
        DecodedTokens decoded = painter.paint(known, rows, progress -> {
            done = before + progress.filled();
            listener.stepped(new EditListener.Progress(
                    start + firstRow,
                    canvases.size(),
                    done,
                    total,
                    new EditListener.Cells(
                            planned.window(),
                            planned.hole(),
                            () -> delivered(progress.tokens().get()),
                            () -> delivered(progress.confidences().get()),
                            () -> delivered(progress.candidateConfidences().get())),
                    result -> preview(planned, painted, known, progress, result)));
        });
        List<RgbImage> pictures = painter.decode(delivered(decoded.tokens()));
        for (int i = 0; i < canvases.size(); i++) {
            GenerationOrder order = decoded.orders().get(firstRow + i);
            canvases.get(i).paint(planned.window(), pictures.get(i), painted, feather);
            orders.get(i).add(order);
            appearances.get(i).note(planned.window(), space.grid(), planned.hole(), order.inverse(), before, painted);
        }
        hidden = hidden.without(painted);
    }

    private <T> T[] delivered(T[] rows) {
        return Arrays.copyOfRange(rows, firstRow, firstRow + canvases.size());
    }

    private KnownTokens known(PlannedWindow planned, int size) {
        // Before the first window is painted all results show the same.
        List<Canvas> different = window == 0 ? canvases.subList(0, 1) : canvases;
        int[][] encoded = painter.encode(different.stream()
                .map(canvas -> canvas.seen(planned.window(), hidden, size))
                .toList());
        List<int[]> tokens = window == 0 ? Collections.nCopies(canvases.size(), encoded[0]) : Arrays.asList(encoded);
        int[][] rows = IntStream.range(0, request.batchSize())
                .mapToObj(row -> tokens.get(Math.max(0, Math.min(tokens.size() - 1, row - firstRow))))
                .toArray(int[][]::new);
        return new KnownTokens(planned.known(), rows, planned.absent());
    }

    private HolePainter.Rows rows() {
        int[] conditions = new int[request.batchSize()];
        Arrays.fill(conditions, request.condition());
        long[] indices = new long[request.batchSize()];
        Arrays.setAll(indices, row -> start + row);
        // Windows must not repeat one another's random numbers.
        long seed = window == 0
                ? request.seed()
                : CounterRandom.of(request.seed(), "window").derive(window).key();
        return new HolePainter.Rows(conditions, indices, seed, brush);
    }

    private RgbaImage preview(
            PlannedWindow planned,
            PixelMask painted,
            KnownTokens known,
            DecodingListener.Progress progress,
            int result) {
        int[][] tokens = HolePainter.completed(progress.tokens().get(), known);
        Canvas canvas = canvases.get(result).copy();
        canvas.paint(
                planned.window(),
                painter.decode(new int[][] {tokens[firstRow + result]}).get(0),
                painted,
                feather);
        return canvas.image();
    }
}
