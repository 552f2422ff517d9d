package dev.oar.extract;

import dev.oar.order.GenerationOrder;
import java.io.IOException;
import java.util.List;

/**
 * The orders of images that stand one after the other in a set.
 *
 * @param orders one an image
 * @param tokens what the model drew in each of them, in raster order, where extraction runs free; else nobody asks
 */
public record ExtractedOrders(List<GenerationOrder> orders, int[][] tokens) {
    /** The orders of a shard, made elsewhere. */
    @FunctionalInterface
    public interface OfShard {
        /** Gives the orders of the images of a shard. */
        ExtractedOrders orders(int shard) throws IOException;
    }
}
