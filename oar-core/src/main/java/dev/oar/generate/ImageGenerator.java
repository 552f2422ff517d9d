package dev.oar.generate;

import dev.oar.data.MeanRanks;
import dev.oar.data.OrderSequence;
import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.DecodedTokens;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.TokenSource;
import dev.oar.image.RgbImage;
import dev.oar.model.AutoregressiveModel;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tokenizer.ImageTokenizer;
import dev.oar.tokenizer.PixelTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Draws images with a model and a tokenizer, which stay the caller's.
 *
 * <p>An image stands in the row {@code index mod batchSize} of its batch, and every batch is full, so that at equal batch size an
 * image is the same to the byte whatever is drawn with it.
 */
public final class ImageGenerator {
    private final AutoregressiveModel model;
    private final ImageTokenizer tokenizer;
    private final Optional<MeanRanks> meanRanks;

    /**
     * A generator.
     *
     * @param meanRanks needed for recorded-mean orders only
     */
    public ImageGenerator(AutoregressiveModel model, ImageTokenizer tokenizer, Optional<MeanRanks> meanRanks) {
        if (!model.space().grid().equals(tokenizer.grid())
                || model.space().vocabularySize() != tokenizer.vocabularySize()) {
            throw new IllegalArgumentException("model and tokenizer must share grid and vocabulary, but the model has "
                    + model.space().cells() + " cells and " + model.space().vocabularySize() + " codes, the tokenizer "
                    + tokenizer.grid().cells() + " and " + tokenizer.vocabularySize()
                    + "; use the tokenizer that the model was trained with");
        }
        this.model = model;
        this.tokenizer = tokenizer;
        this.meanRanks = meanRanks;
    }

    /** Draws the images in ascending index and hands each on as soon as its batch is done. */
    public void generate(GenerationRequest request, Consumer<GeneratedImage> sink) throws IOException {
        int batch = request.batchSize();
        Orders orders = orders(request);
        long last = request.firstIndex() + request.count() - 1;
        try (AutoregressiveModel packed = model.packed(request.drawing().weightFormat())) {
            for (long start = request.firstIndex() / batch * batch; start <= last; start += batch) {
                for (GeneratedImage image : batch(packed, request, orders, start)) {
                    if (request.asks(image.index())) {
                        sink.accept(image);
                    }
                }
            }
        }
    }

    /** Draws all images and returns them. */
    public List<GeneratedImage> generate(GenerationRequest request) throws IOException {
        List<GeneratedImage> images = new ArrayList<>();
        generate(request, images::add);
        return images;
    }

    private List<GeneratedImage> batch(
            AutoregressiveModel packed, GenerationRequest request, Orders orders, long start) {
        int batch = request.batchSize();
        int[] classes = new int[batch];
        long[] indices = new long[batch];
        for (int row = 0; row < batch; row++) {
            indices[row] = start + row;
            classes[row] = request.nearestClass(indices[row]);
        }
        DecodedTokens decoded = new AnyOrderDecoder(packed)
                .decode(new DecodingRequest(
                        classes,
                        indices,
                        request.seed(),
                        orders.policy(classes, indices),
                        new TokenSource.Sampled(request.drawing().filter()),
                        request.drawing().guidance(),
                        KnownTokens.none()));
        List<RgbImage> pictures = TensorScope.compute(() ->
                Tensors.withoutGradient(() -> PixelTensors.images(tokenizer.decode(Tensors.of(decoded.tokens())))));
        List<GeneratedImage> images = new ArrayList<>();
        for (int row = 0; row < batch; row++) {
            images.add(new GeneratedImage(
                    indices[row],
                    classes[row],
                    pictures.get(row),
                    decoded.tokens()[row],
                    decoded.orders().get(row)));
        }
        return images;
    }

    /** The orders of one batch. */
    @FunctionalInterface
    private interface Orders {
        OrderPolicy policy(int[] classes, long[] indices);
    }

    private Orders orders(GenerationRequest request) throws IOException {
        DrawingOrder order = request.drawing().order();
        if (order instanceof DrawingOrder.Dynamic dynamic) {
            OrderPolicy policy = new OrderPolicy.MostConfidentFirst(
                    dynamic.confidence(), dynamic.confidenceLogits(), 0, dynamic.orderNoise(), dynamic.cellsPerStep());
            return (classes, indices) -> policy;
        }
        DrawingOrder.Fixed fixed = (DrawingOrder.Fixed) order;
        OrderOfImage ofImage = ofImage(fixed, request.seed());
        return (classes, indices) -> new OrderPolicy.GivenOrders(
                IntStream.range(0, classes.length)
                        .mapToObj(row -> ofImage.order(classes[row], indices[row]))
                        .toList(),
                fixed.steps());
    }

    /** The order of one image. */
    @FunctionalInterface
    private interface OrderOfImage {
        GenerationOrder order(int classIndex, long index);
    }

    private OrderOfImage ofImage(DrawingOrder.Fixed fixed, long seed) throws IOException {
        TokenGrid grid = model.space().grid();
        if (fixed instanceof DrawingOrder.RecordedMean) {
            MeanRanks ranks = meanRanks.orElseThrow(
                    () -> new IllegalArgumentException(
                            "drawing by recorded-mean orders needs"
                                    + " the mean ranks of extracted orders, but this model has none; choose dynamic, raster or random"));
            return (classIndex, index) -> ranks.order(classIndex);
        }
        if (fixed instanceof DrawingOrder.UniformRandom) {
            CounterRandom chance = CounterRandom.of(seed, "generation order");
            return (classIndex, index) -> GenerationOrder.uniform(grid.cells(), chance.derive(index));
        }
        if (fixed instanceof DrawingOrder.FromFile file) {
            OrderSequence orders = OrderSequence.open(Path.of(file.path()), grid);
            return (classIndex, index) -> orders.order(index);
        }
        GenerationOrder one =
                fixed instanceof DrawingOrder.Given given ? given.order() : GenerationOrder.raster(grid.cells());
        one.requireGrid(grid);
        return (classIndex, index) -> one;
    }
}
