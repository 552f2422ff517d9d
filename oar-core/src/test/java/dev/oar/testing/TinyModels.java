package dev.oar.testing;

import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.order.CounterRandom;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Weights;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/** Real models of a size that tests can afford. */
public final class TinyModels {
    private TinyModels() {}

    /** An any-order transformer of random weights (all of them, the output too) in the given type, without dropout. */
    public static AnyOrderTransformer transformer(
            TransformerConfig.Formulation formulation, TokenGrid grid, long seed, torch.ScalarType type) {
        TransformerConfig config = TransformerConfig.of(formulation, 32, 2, 4).withoutDropout();
        return transformer(config, new TokenSpace(grid, 11, 3), seed, type);
    }

    /** An any-order transformer of this shape, of random weights (all of them, the output too) in the given type. */
    public static AnyOrderTransformer transformer(
            TransformerConfig config, TokenSpace space, long seed, torch.ScalarType type) {
        try (AnyOrderTransformer fresh = AnyOrderTransformer.initialise(config, space, seed);
                Weights wide = fresh.weights()
                        .map(tensor -> dev.oar.tensor.Tensors.normal(
                                        CounterRandom.of(seed, "tiny").bits(tensor.numel()), tensor.shape())
                                .mul(new Scalar(0.3)))) {
            return new AnyOrderTransformer(config, space, wide.to(type));
        }
    }
}
