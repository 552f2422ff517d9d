package dev.oar.artifact;

import dev.oar.data.MeanRanks;
import dev.oar.model.OrderNetwork;
import java.util.Optional;

/**
 * What a model has of extracted orders to draw by. Owns the network.
 *
 * @param meanRanks when cells are filled on average, by class
 * @param network says which cell is next, on the device of the model
 */
public record FolderOrders(Optional<MeanRanks> meanRanks, Optional<OrderNetwork> network) implements AutoCloseable {
    /** Nothing. */
    public static final FolderOrders NONE = new FolderOrders(Optional.empty(), Optional.empty());

    /** Mean ranks alone, or nothing. */
    public static FolderOrders of(Optional<MeanRanks> meanRanks) {
        return new FolderOrders(meanRanks, Optional.empty());
    }

    /** Frees the network. */
    @Override
    public void close() {
        network.ifPresent(OrderNetwork::close);
    }
}
