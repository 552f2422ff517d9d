package dev.oar.measure;

import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.TokenSource;
import dev.oar.evaluate.MeasuredTokens;
import dev.oar.generate.DrawingOrder;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.Device;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * The orders in which a model fills given images if it chooses cells as it does when it draws: by its confidence before it sees a cell's
 * token, with the drawing's noise. What is put into the chosen cell is the image's own token. Since no cell's own answer has a part in its
 * choice, bits per token in these orders are a code length, with noise as well as without: the seed of the noise is known beforehand.
 */
public final class OwnOrders {
    private OwnOrders() {}

    /**
     * The order of each image.
     *
     * @param packed a model laid out for use, which stays the caller's
     * @param drawing how cells are chosen, one a step
     * @param batchSize images per forward pass; the last batch is filled up
     * @param seed seed of the noise
     * @param progress told how many images are done
     * @throws IllegalArgumentException if several cells are chosen at once, as their tokens would not be predicted one after the other
     */
    public static List<GenerationOrder> of(
            AnyOrderModel packed,
            MeasuredTokens images,
            DrawingOrder.Dynamic drawing,
            int batchSize,
            long seed,
            IntConsumer progress) {
        if (drawing.settings().cellsPerStep() != 1) {
            throw new IllegalArgumentException(
                    "orders are measured that choose one cell a step, but this drawing chooses "
                            + drawing.settings().cellsPerStep() + "; set cells-per-step to 1");
        }
        int batches = (images.count() + batchSize - 1) / batchSize;
        List<GenerationOrder> orders = new ArrayList<>();
        try (Workers workers = Workers.on(packed.device());
                Device.Use ignored = packed.device().use()) {
            for (int from = 0; from < batches; from += workers.count()) {
                int first = from;
                List<List<GenerationOrder>> side = workers.run(
                        Math.min(workers.count(), batches - first),
                        i -> TensorScope.compute(
                                () -> ofBatch(packed, images, drawing, (first + i) * batchSize, batchSize, seed)));
                side.forEach(orders::addAll);
                progress.accept(orders.size());
            }
        }
        return orders;
    }

    private static List<GenerationOrder> ofBatch(
            AnyOrderModel packed,
            MeasuredTokens images,
            DrawingOrder.Dynamic drawing,
            int from,
            int batchSize,
            long seed) {
        // The last batch is filled up: an order must not depend on how many images there are.
        int[] rows = IntStream.range(0, batchSize)
                .map(row -> Math.min(from + row, images.count() - 1))
                .toArray();
        return new AnyOrderDecoder(packed)
                .decode(new DecodingRequest(
                        IntStream.of(rows).map(images::classIndex).toArray(),
                        IntStream.of(rows).asLongStream().toArray(),
                        seed,
                        drawing.settings().policy(),
                        new TokenSource.GroundTruth(
                                IntStream.of(rows).mapToObj(images::tokens).toArray(int[][]::new)),
                        ClassifierFreeGuidance.OFF,
                        KnownTokens.none()))
                .orders()
                .subList(0, Math.min(batchSize, images.count() - from));
    }
}
