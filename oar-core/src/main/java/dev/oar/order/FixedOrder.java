package dev.oar.order;

/**
 * One order for every sample, such as raster or a single random permutation.
 *
 * @param order the order
 */
public record FixedOrder(GenerationOrder order) implements OrderSource {
    /** Row by row, left to right. */
    public static FixedOrder raster(int cells) {
        return new FixedOrder(GenerationOrder.raster(cells));
    }

    /** One uniform random order, a function of the seed. */
    public static FixedOrder permutation(int cells, long seed) {
        return new FixedOrder(GenerationOrder.uniform(cells, CounterRandom.of(seed, "fixed permutation")));
    }

    @Override
    public GenerationOrder order(long draw, int image, int view) {
        return order;
    }

    @Override
    public String description() {
        return "FixedOrder[order=" + order + "]";
    }
}
