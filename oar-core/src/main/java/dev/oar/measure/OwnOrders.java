package dev.oar.measure;

import dev.oar.data.MeasuredTokens;
import dev.oar.extract.OrderExtractor;
import dev.oar.generate.DrawingOrder;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.GenerationOrder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.IntConsumer;

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
     * @param packed a packed model, which stays the caller's
     * @param drawing how cells are chosen, one a step
     * @param batchSize images per forward pass; the last batch is filled up
     * @param seed seed of the noise
     * @param progress told how many images are done
     * @throws UncheckedIOException if the drawing is calibrated by a file that cannot be read
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
        try {
            return OrderExtractor.orders(packed, images, drawing.policy(), batchSize, seed, progress);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
