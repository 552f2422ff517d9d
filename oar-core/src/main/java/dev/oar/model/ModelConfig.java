package dev.oar.model;

import dev.oar.tensor.Weights;
import java.util.Map;
import java.util.Optional;

/** The sizes of a transformer, by architecture. */
public sealed interface ModelConfig permits TransformerConfig, LlamaGenGptConfig, RarConfig, ArpgConfig {
    /** The orders that weights of this architecture were trained for. */
    TrainedOrders trainedOrders();

    /** What images are drawn from if that is captions; empty for classes. */
    default Optional<CaptionConditioning> captions() {
        return Optional.empty();
    }

    /** Names and shapes of all weights. */
    Map<String, long[]> shapes(TokenSpace space);

    /**
     * A transformer with these weights, which it owns from now on.
     *
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape; the weights then stay the caller's
     */
    AutoregressiveModel create(TokenSpace space, Weights weights);
}
