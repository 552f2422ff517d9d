package dev.oar.model;

import dev.oar.config.Default;

/**
 * The sizes of an {@link OrderNetwork}.
 *
 * @param width width of its blocks, divisible by the heads
 * @param layers number of its blocks
 * @param heads number of its heads; the width of one must be divisible by 4
 */
public record OrderNetworkConfig(
        @Default("96") int width,
        @Default("2") int layers,
        @Default("4") int heads) implements BlockConfig {
    /** The usual sizes. */
    public static final OrderNetworkConfig USUAL = new OrderNetworkConfig(96, 2, 4);

    /** Checks the sizes. */
    public OrderNetworkConfig {
        var unused = BlockSizes.of(width, layers, heads);
    }

    @Override
    public BlockSizes blocks() {
        return BlockSizes.of(width, layers, heads);
    }

    @Override
    public Dropouts dropouts() {
        return Dropouts.NONE;
    }
}
