package dev.oar.model;

import dev.oar.tensor.Weights;

/** The sizes of a transformer, by architecture. */
public sealed interface ModelConfig permits TransformerConfig, LlamaGenGptConfig, ArpgConfig {
    /** The orders that weights of this architecture were trained for. */
    TrainedOrders trainedOrders();

    /**
     * A transformer with these weights, which it owns from now on.
     *
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape; the weights then stay the caller's
     */
    AutoregressiveModel create(TokenSpace space, Weights weights);
}
