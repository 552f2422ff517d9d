package dev.oar.generate;

import dev.oar.data.MeanRanks;
import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.DecodedTokens;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.TokenSource;
import dev.oar.image.RgbImage;
import dev.oar.model.AutoregressiveModel;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.Workers;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Draws images with a model and a tokenizer, which stay the caller's.
 *
 * <p>Each call lays the weights out for drawing, and frees the layout at its end. A generator that is called often is given a
 * {@linkplain AutoregressiveModel#prepared() prepared} model, of which the layout is kept from call to call; the images are the same.
 * Calls may run on several threads at once.
 *
 * <p>An image stands in the row {@code index mod batchSize} of its batch, and every batch is full, so that at equal batch size an
 * image is the same to the byte whatever is drawn with it.
 */
public final class ImageGenerator {
    /** Parameters of a model of which several batches are in memory at a time. */
    private static final long LARGEST_SIDE_BY_SIDE = 1L << 24;

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

    /**
     * Draws the images in ascending index and hands each on as soon as its batch is done, on the calling thread.
     *
     * <p>Where there are enough batches of a small model for all processors, each works on a batch of its own, unless that could show in the
     * images' bytes (docs/decisions/0010-work-side-by-side.md).
     */
    public void generate(GenerationRequest request, Consumer<GeneratedImage> sink) throws IOException {
        DrawingOrders orders =
                DrawingOrders.of(request.drawing().order(), model.space().grid(), meanRanks, request.seed());
        long batch = request.batchSize();
        long end = request.firstIndex() + request.count();
        try (AutoregressiveModel packed = model.packed(request.drawing().weightFormat());
                Workers workers = Workers.on(model.device())) {
            for (long start = request.firstIndex() / batch * batch; start < end; ) {
                int round = batchesAtOnce((end - start + batch - 1) / batch, workers);
                long first = start;
                IntFunction<List<GeneratedImage>> draw = i -> batch(packed, request, orders, first + i * batch);
                List<List<GeneratedImage>> drawn = round == 1 ? List.of(draw.apply(0)) : workers.run(round, draw);
                drawn.stream()
                        .flatMap(List::stream)
                        .filter(image -> request.asks(image.index()))
                        .forEach(sink);
                start += round * batch;
            }
        }
    }

    /**
     * How many batches are drawn next: one by all processors, or one by each. Side by side each batch needs a cache of its own, which only
     * small models can afford; operations of large ones keep all processors busy by themselves.
     */
    private int batchesAtOnce(long left, Workers workers) {
        boolean small = model.weights().parameterCount() <= LARGEST_SIDE_BY_SIDE;
        return small && left >= workers.count() && !LibTorch.bitsDependOnThreads() ? workers.count() : 1;
    }

    /** Draws all images and returns them. */
    public List<GeneratedImage> generate(GenerationRequest request) throws IOException {
        List<GeneratedImage> images = new ArrayList<>();
        generate(request, images::add);
        return images;
    }

    private List<GeneratedImage> batch(
            AutoregressiveModel packed, GenerationRequest request, DrawingOrders orders, long start) {
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
                        orders.policy(classes, indices, new BitSet()),
                        new TokenSource.Sampled(request.drawing().filter()),
                        request.drawing().guidance(),
                        KnownTokens.none()));
        List<RgbImage> pictures = tokenizer.images(decoded.tokens());
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
}
