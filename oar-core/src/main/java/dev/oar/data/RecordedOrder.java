package dev.oar.data;

import dev.oar.order.GenerationOrder;
import dev.oar.order.OrderSource;

/**
 * The order recorded for each image, mirrored where the image is flipped: what makes a model specialised.
 *
 * @param orders where they are recorded
 */
public record RecordedOrder(OrderShards orders) implements OrderSource {
    @Override
    public GenerationOrder order(long draw, int image, int view) {
        return orders.order(image, view);
    }

    @Override
    public String description() {
        return "recorded " + orders.fingerprint();
    }
}
