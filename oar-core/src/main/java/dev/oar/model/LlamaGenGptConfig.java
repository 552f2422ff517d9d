package dev.oar.model;

import dev.oar.config.Flat;
import dev.oar.config.Kind;
import dev.oar.tensor.Weights;
import java.util.Map;

/**
 * The sizes of a {@link LlamaGenGpt}.
 *
 * @param blocks the sizes of its blocks
 */
@Kind("llamagen-gpt")
public record LlamaGenGptConfig(@Flat BlockSizes blocks) implements ModelConfig, BlockConfig {
    /** LlamaGen's defaults for a size. */
    public static LlamaGenGptConfig of(int width, int layers, int heads) {
        return new LlamaGenGptConfig(BlockSizes.of(width, layers, heads));
    }

    /** None: it is not trained here. */
    @Override
    public Dropouts dropouts() {
        return Dropouts.NONE;
    }

    @Override
    public TrainedOrders trainedOrders() {
        return TrainedOrders.RASTER;
    }

    @Override
    public Map<String, long[]> shapes(TokenSpace space) {
        return LlamaGenGpt.shapes(this, space);
    }

    @Override
    public AutoregressiveModel create(TokenSpace space, Weights weights) {
        return new LlamaGenGpt(this, space, weights);
    }
}
