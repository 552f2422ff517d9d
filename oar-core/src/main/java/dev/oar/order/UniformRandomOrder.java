package dev.oar.order;

/**
 * A fresh uniform random order for every sample: what makes a model any-order.
 *
 * @param cells cells per image
 * @param random where the orders come from
 */
public record UniformRandomOrder(int cells, CounterRandom random) implements OrderSource {
    /** Orders that are a function of seed and draw. */
    public UniformRandomOrder(int cells, long seed) {
        this(cells, CounterRandom.of(seed, "training order"));
    }

    @Override
    public GenerationOrder order(long draw, int image, int view) {
        return GenerationOrder.uniform(cells, random.derive(draw));
    }

    @Override
    public String description() {
        return "UniformRandomOrder[cells=" + cells + ", random=" + random + "]";
    }
}
