package dev.oar.data;

import dev.oar.order.DistilledOrders;
import dev.oar.order.GenerationOrder;
import dev.oar.order.OrderSource;
import java.util.stream.IntStream;

/**
 * For each image the one of few orders that is nearest to its recorded one, mirrored where the image is flipped: what a model has to learn of
 * orders becomes little.
 *
 * @param orders where they are recorded
 * @param distilled the few orders, of all those recorded
 * @param seed that the orders were distilled with
 */
public record DistilledOrder(OrderShards orders, DistilledOrders distilled, long seed) implements OrderSource {
    /**
     * Distils the recorded orders of all images.
     *
     * @param count how many orders are left, from 1 to the number of images
     * @param seed as of {@link DistilledOrders#of(java.util.List, int, long)}
     */
    public static DistilledOrder of(OrderShards orders, int count, long seed) {
        DistilledOrders distilled = DistilledOrders.of(
                IntStream.range(0, orders.count()).mapToObj(orders::order).toList(), count, seed);
        return new DistilledOrder(orders, distilled, seed);
    }

    @Override
    public GenerationOrder order(long draw, int image, int view) {
        return orders.viewed(distilled.of(image), image, view);
    }

    @Override
    public String description() {
        return "distilled " + distilled.medoids().size() + " " + seed + " of recorded " + orders.fingerprint();
    }
}
