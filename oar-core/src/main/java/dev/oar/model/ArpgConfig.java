package dev.oar.model;

import dev.oar.config.Flat;
import dev.oar.config.Kind;
import dev.oar.config.Require;
import dev.oar.tensor.Weights;
import java.util.Map;

/**
 * The sizes of an {@link ArpgTransformer}. Published are ARPG-L (width 1024, 24 layers, 16 heads, 320 million parameters), ARPG-XL
 * (1280, 36, 20, 719 million) and ARPG-XXL (1536, 48, 24, 1.3 billion).
 *
 * @param blocks the sizes of the blocks of both halves together, an even number of them, without grouped heads
 * @param dropouts where it drops values in training; of its inputs those of the embedded class and image tokens, not of the queries
 */
@Kind("arpg")
public record ArpgConfig(@Flat BlockSizes blocks, @Flat Dropouts dropouts) implements ModelConfig, BlockConfig {
    /** Checks that the sizes fit. */
    public ArpgConfig {
        Require.that(
                blocks.layers() >= 2 && blocks.layers() % 2 == 0,
                "layers must be even, one half attending to the image and the other answering, but is %s; choose for"
                        + " example 24",
                blocks.layers());
        Require.that(
                blocks.keyValueHeads().isEmpty(),
                "key-value-heads cannot be chosen for ARPG, which has as many as heads; leave it out");
    }

    /** ARPG's defaults for a size. */
    public static ArpgConfig of(int width, int layers, int heads) {
        return new ArpgConfig(BlockSizes.of(width, layers, heads), Dropouts.USUAL);
    }

    /** The same architecture without dropout. */
    public ArpgConfig withoutDropout() {
        return new ArpgConfig(blocks, Dropouts.NONE);
    }

    /** The number of blocks of either half. */
    public int layersPerHalf() {
        return layers() / 2;
    }

    @Override
    public TrainedOrders trainedOrders() {
        return TrainedOrders.ANY;
    }

    @Override
    public Map<String, long[]> shapes(TokenSpace space) {
        return ArpgTransformer.shapes(this, space);
    }

    @Override
    public ArpgTransformer create(TokenSpace space, Weights weights) {
        return new ArpgTransformer(this, space, weights);
    }
}
