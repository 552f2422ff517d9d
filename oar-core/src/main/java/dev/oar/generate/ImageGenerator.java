package dev.oar.generate;

import dev.oar.config.Require;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.TokenFilter;
import dev.oar.generate.DrawingOrder.Fixed.OrderOfImage;
import dev.oar.generate.DrawingOrders.Rows;
import dev.oar.model.AutoregressiveModel;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Draws images with a model and a tokenizer, which stay the caller's.
 *
 * <p>Each call prepacks the weights for drawing, and frees them at its end. A generator that is called often is given a
 * {@linkplain AutoregressiveModel#prepared() prepared} model, which keeps the prepacked weights from call to call; the images are the same.
 *
 * <p>Safe for use by several threads: calls on one generator, or on several of one model, may run at the same time and draw what they would
 * draw one after the other.
 */
public final class ImageGenerator {
    /** Parameters of a model of which several batches are in memory at a time. */
    private static final long LARGEST_SIDE_BY_SIDE = 1L << 24;

    private final DrawingModel model;

    /** A generator with this model, which stays the caller's. */
    public ImageGenerator(DrawingModel model) {
        this.model = model;
    }

    /**
     * Draws the images in ascending index and hands each on as soon as its batch is done, on the calling thread.
     *
     * <p>An image stands in the row {@code index mod batchSize} of its batch, and every batch is full, so that at equal batch size an
     * image is the same to the byte whatever is drawn with it.
     *
     * <p>Where there are enough batches of a small model for all CPU cores, each works on a batch of its own, unless that could show in
     * the images' bytes (docs/decisions/0010-work-side-by-side.md).
     *
     * @throws IOException if the order stands in a file that cannot be read
     */
    public void generate(GenerationRequest request, GenerationListener listener, Consumer<GeneratedImage> sink)
            throws IOException {
        TokenGrid grid = request.drawing().grid(model.model().space().grid());
        DrawingOrders orders = request.drawing().order().on(grid, model.folderOrders());
        long size = request.batchSize();
        long start = request.firstIndex() / size * size;
        long end = request.firstIndex() + request.count();
        draw(
                (end - start + size - 1) / size,
                number -> batch(request, orders, start + number * size),
                request.drawing(),
                new DrawingProgress(listener, (long) grid.cells() * request.count()),
                images -> images.forEach(sink));
    }

    /** As the longer form, unwatched. */
    public void generate(GenerationRequest request, Consumer<GeneratedImage> sink) throws IOException {
        generate(request, GenerationListener.NONE, sink);
    }

    /** As the longer form, unwatched; returns the images. */
    public List<GeneratedImage> generate(GenerationRequest request) throws IOException {
        List<GeneratedImage> images = new ArrayList<>();
        generate(request, images::add);
        return images;
    }

    private static DrawnBatch batch(GenerationRequest request, DrawingOrders orders, long start) {
        int size = request.batchSize();
        long[] indices = new long[size];
        long[] seeds = new long[size];
        int[] classes = new int[size];
        for (int row = 0; row < size; row++) {
            indices[row] = start + row;
            seeds[row] = request.seed();
            classes[row] = request.nearestClass(indices[row]);
        }
        Rows rows = new Rows(classes, indices, seeds);
        int first = (int) Math.max(0, request.firstIndex() - start);
        int end = (int) Math.min(size, request.firstIndex() + request.count() - start);
        List<TokenFilter> filter = List.of(request.drawing().sampling().filter());
        return new DrawnBatch(request.drawing(), filter, orders.policy(rows), rows, first, end);
    }

    /**
     * Draws images that have nothing to do with one another, such as those that several users ask for at the same time. Images whose
     * drawings differ in nothing but filters and the cells of orders that are known beforehand share batches, in the order they are
     * given in; the last batch of each kind is filled up.
     *
     * <p>At equal batch size and in the same row, an image is the same to the byte whatever is drawn with it.
     *
     * @param batchSize images decoded together
     * @return the images, in the order they were asked for
     * @throws IOException if an order stands in a file that cannot be read
     */
    public List<GeneratedImage> generate(List<ImageRequest> images, int batchSize, GenerationListener listener)
            throws IOException {
        Require.that(batchSize >= 1, "images are drawn in batches of at least 1, but batch-size is %s", batchSize);
        Map<Drawing, List<Integer>> alike = new LinkedHashMap<>();
        for (int i = 0; i < images.size(); i++) {
            alike.computeIfAbsent(images.get(i).shared(), unused -> new ArrayList<>())
                    .add(i);
        }
        DrawingProgress progress =
                new DrawingProgress(listener, (long) model.model().space().cells() * images.size());
        GeneratedImage[] drawn = new GeneratedImage[images.size()];
        for (Map.Entry<Drawing, List<Integer>> kind : alike.entrySet()) {
            List<Integer> places = kind.getValue();
            List<DrawnBatch> batches = new ArrayList<>();
            for (int from = 0; from < places.size(); from += batchSize) {
                List<ImageRequest> together = places.subList(from, Math.min(places.size(), from + batchSize)).stream()
                        .map(images::get)
                        .toList();
                batches.add(batch(together, batchSize));
            }
            List<GeneratedImage> done = new ArrayList<>();
            draw(batches.size(), number -> batches.get((int) number), kind.getKey(), progress, done::addAll);
            for (int i = 0; i < places.size(); i++) {
                drawn[places.get(i)] = done.get(i);
            }
        }
        return Arrays.asList(drawn);
    }

    /**
     * Draws one batch of images that stand in given rows of it, so that images of several users share a batch and are the same to the byte
     * as images drawn alone. The other rows are filled up.
     *
     * @param images the images by row, {@code 0 .. batchSize - 1}, at least one; what they {@linkplain ImageRequest#shared share} is equal
     * @param batchSize images decoded together
     * @param listener is told of the images from the first of these rows to the last one
     * @return the images by row
     * @throws IOException if an order stands in a file that cannot be read
     */
    public Map<Integer, GeneratedImage> generateRows(
            NavigableMap<Integer, ImageRequest> images, int batchSize, GenerationListener listener) throws IOException {
        Require.that(
                !images.isEmpty() && images.firstKey() >= 0 && images.lastKey() < batchSize,
                "the images of a batch of %s stand in rows 0 .. %s, but those asked for in %s; ask for at least one, within",
                batchSize,
                batchSize - 1,
                images.keySet());
        int first = images.firstKey();
        int end = images.lastKey() + 1;
        IntFunction<ImageRequest> nearest = row -> images.getOrDefault(
                row, (images.floorKey(row) == null ? images.firstEntry() : images.floorEntry(row)).getValue());
        Drawing shared = nearest.apply(0).shared();
        Require.that(
                images.values().stream().allMatch(image -> image.shared().equals(shared)),
                "the images of a batch are drawn alike, but some of these %s are not; draw them one kind after the other",
                images.size());
        DrawnBatch batch = batch(nearest, batchSize, first, end);
        DrawingProgress progress =
                new DrawingProgress(listener, (long) model.model().space().cells() * (end - first));
        List<GeneratedImage> drawn = new ArrayList<>();
        draw(1, number -> batch, shared, progress, drawn::addAll);
        Map<Integer, GeneratedImage> byRow = new LinkedHashMap<>();
        images.keySet().forEach(row -> byRow.put(row, drawn.get(row - first)));
        return byRow;
    }

    private DrawnBatch batch(List<ImageRequest> together, int size) throws IOException {
        return batch(row -> together.get(Math.min(row, together.size() - 1)), size, 0, together.size());
    }

    private DrawnBatch batch(IntFunction<ImageRequest> image, int size, int first, int end) throws IOException {
        Rows rows = new Rows(
                IntStream.range(0, size)
                        .map(row -> image.apply(row).condition())
                        .toArray(),
                IntStream.range(0, size)
                        .mapToLong(row -> image.apply(row).index())
                        .toArray(),
                IntStream.range(0, size)
                        .mapToLong(row -> image.apply(row).seed())
                        .toArray());
        List<DrawingOrder> orders = IntStream.range(0, size)
                .mapToObj(row -> image.apply(row).drawing().order())
                .toList();
        List<TokenFilter> filters = IntStream.range(0, size)
                .mapToObj(row -> image.apply(row).drawing().sampling().filter())
                .toList();
        List<TokenFilter> different = filters.stream().distinct().toList();
        return new DrawnBatch(
                image.apply(0).drawing(),
                different.size() == 1 ? different : filters,
                policy(orders, rows),
                rows,
                first,
                end);
    }

    /** The policy of images of which each has its own order, all dynamic and equal or all fixed and of one pace. */
    private OrderPolicy policy(List<DrawingOrder> orders, Rows rows) throws IOException {
        if (!(orders.get(0) instanceof DrawingOrder.Fixed first)) {
            return orders.get(0)
                    .on(model.model().space().grid(), model.folderOrders())
                    .policy(rows);
        }
        Map<DrawingOrder, OrderOfImage> read = new LinkedHashMap<>();
        List<GenerationOrder> known = new ArrayList<>();
        for (int row = 0; row < rows.count(); row++) {
            DrawingOrder.Fixed order = (DrawingOrder.Fixed) orders.get(row);
            OrderOfImage ofImages = read.get(order);
            if (ofImages == null) {
                ofImages = order.ofImages(
                        model.model().space().grid(), model.folderOrders().meanRanks());
                read.put(order, ofImages);
            }
            known.add(ofImages.order(rows.image(row)));
        }
        return first.pace().policy(known);
    }

    @FunctionalInterface
    private interface Batches {
        DrawnBatch batch(long number);
    }

    private void draw(
            long count,
            Batches batches,
            Drawing drawing,
            DrawingProgress progress,
            Consumer<List<GeneratedImage>> sink) {
        try (AutoregressiveModel packed = model.model().packed(drawing.weightFormat());
                Workers workers = Workers.on(model.model().device())) {
            DrawingModel drawn = model.with(packed);
            if (drawing.enlargement().isPresent()) {
                try (EnlargedDrawing enlarged =
                        new EnlargedDrawing(drawn, drawing.enlargement().get())) {
                    for (long number = 0; number < count; number++) {
                        sink.accept(enlarged.draw(batches.batch(number), progress));
                    }
                }
                return;
            }
            int atOnce = batchesAtOnce(model.model());
            for (long done = 0; done < count; ) {
                int round = count - done >= atOnce ? atOnce : 1;
                long first = done;
                IntFunction<List<GeneratedImage>> draw =
                        i -> batches.batch(first + i).draw(drawn, progress);
                List<List<GeneratedImage>> images = round == 1 ? List.of(draw.apply(0)) : workers.run(round, draw);
                images.forEach(sink);
                done += round;
            }
        }
    }

    /**
     * How many batches of a model are drawn at the same time where there are as many: one by all CPU cores, or one by each. Side by side
     * each batch needs a cache of its own, which only small models can afford; operations of large ones keep all cores busy by themselves.
     */
    public static int batchesAtOnce(AutoregressiveModel model) {
        boolean small = model.weights().parameterCount() <= LARGEST_SIDE_BY_SIDE;
        return small && model.device().isHost() && !LibTorch.bitsDependOnThreads() ? LibTorch.threads() : 1;
    }
}
