package dev.oar.edit;

import dev.oar.decode.DecodedTokens;
import dev.oar.decode.KnownTokens;
import dev.oar.image.RgbImage;
import dev.oar.image.RgbaImage;
import dev.oar.model.TokenSpace;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Results that are painted together, window by window. */
final class EditedBatch {
    private final EditRequest request;
    private final List<PlannedWindow> windows;
    private final Feather feather;
    private final HolePainter painter;
    private final TokenSpace space;
    private final EditListener listener;
    private final long firstIndex;
    private final List<Canvas> canvases = new ArrayList<>();
    private final List<List<GenerationOrder>> orders = new ArrayList<>();
    private final List<Appearance> appearances = new ArrayList<>();
    private final int total;
    private int done;

    /**
     * A batch.
     *
     * @param firstIndex index of its first result
     * @param windows the windows that will be painted
     */
    EditedBatch(
            EditRequest request,
            long firstIndex,
            List<PlannedWindow> windows,
            Feather feather,
            HolePainter painter,
            TokenSpace space,
            EditListener listener) {
        this.request = request;
        this.firstIndex = firstIndex;
        this.windows = windows;
        this.feather = feather;
        this.painter = painter;
        this.space = space;
        this.listener = listener;
        this.total = windows.stream()
                .mapToInt(window -> window.hole(space.grid()).cardinality())
                .sum();
        for (int row = 0; row < request.batchSize(); row++) {
            canvases.add(new Canvas(request.image()));
            orders.add(new ArrayList<>());
            appearances.add(
                    new Appearance(request.image().width(), request.image().height()));
        }
    }

    /**
     * Paints one window in all results.
     *
     * @param number its place among the windows
     * @param size width and height of the model's images
     */
    void paint(int number, int size) throws IOException {
        PlannedWindow planned = windows.get(number);
        KnownTokens known = known(planned, number == 0, size);
        int before = done;
        int given = known.cells().cardinality();
        DecodedTokens decoded = painter.paint(known, rows(number), progress -> {
            done = before + progress.filled() - given;
            listener.stepped(new EditListener.Progress(
                    firstIndex,
                    done,
                    total,
                    () -> previews(planned, known, progress.tokens().get())));
        });
        List<RgbImage> pictures = painter.decode(decoded.tokens());
        for (int row = 0; row < canvases.size(); row++) {
            canvases.get(row).paint(planned.window(), pictures.get(row), planned.painted(), feather);
            orders.get(row).add(decoded.orders().get(row));
            appearances
                    .get(row)
                    .note(
                            planned.window(),
                            space.grid(),
                            planned.hole(space.grid()),
                            decoded.orders().get(row).inverse(),
                            before - given,
                            planned.painted());
        }
    }

    /** The results, all windows being painted. */
    List<EditedImage> results() {
        List<EditedImage> results = new ArrayList<>();
        for (int row = 0; row < canvases.size(); row++) {
            results.add(new EditedImage(
                    firstIndex + row,
                    canvases.get(row).image(),
                    List.copyOf(orders.get(row)),
                    appearances.get(row).drawnBefore()));
        }
        return results;
    }

    private KnownTokens known(PlannedWindow planned, boolean first, int size) {
        // Before the first window is painted all rows show the same.
        int different = first ? 1 : canvases.size();
        List<RgbImage> pictures = canvases.subList(0, different).stream()
                .map(canvas -> canvas.seen(planned.window(), planned.hidden(), size))
                .toList();
        int[][] tokens = painter.encode(pictures);
        int[][] rows = first ? Collections.nCopies(canvases.size(), tokens[0]).toArray(int[][]::new) : tokens;
        return new KnownTokens(planned.known(space.grid()), rows, planned.absent(space.grid()));
    }

    private HolePainter.Rows rows(int number) {
        int[] conditions = new int[canvases.size()];
        Arrays.fill(conditions, request.condition());
        long[] indices = new long[canvases.size()];
        Arrays.setAll(indices, row -> firstIndex + row);
        // Windows must not repeat one another's random numbers.
        long seed = number == 0
                ? request.seed()
                : CounterRandom.of(request.seed(), "window").derive(number).key();
        return new HolePainter.Rows(conditions, indices, seed, request.drawing());
    }

    private List<RgbaImage> previews(PlannedWindow planned, KnownTokens known, int[][] tokens) {
        List<RgbImage> pictures = painter.decode(HolePainter.completed(tokens, known));
        List<RgbaImage> previews = new ArrayList<>();
        for (int row = 0; row < canvases.size(); row++) {
            Canvas canvas = canvases.get(row).copy();
            canvas.paint(planned.window(), pictures.get(row), planned.painted(), feather);
            previews.add(canvas.image());
        }
        return previews;
    }
}
