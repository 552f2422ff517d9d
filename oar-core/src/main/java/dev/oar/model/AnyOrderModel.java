package dev.oar.model;

/**
 * A transformer that predicts the token of any cell from any set of committed cells. Orders are extracted by such models, and
 * recorded orders are learnt by them.
 */
public interface AnyOrderModel extends AutoregressiveModel {
    @Override
    default TrainedOrders trainedOrders() {
        return TrainedOrders.ANY;
    }
}
