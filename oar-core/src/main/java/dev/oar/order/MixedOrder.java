package dev.oar.order;

/**
 * Mostly one source, and with probability {@code randomShare} (rho) another, usually of uniform random orders: fine-tuning that
 * keeps the any-order ability.
 *
 * @param randomShare rho, from 0 (never) to 1 (always the random source)
 * @param random the source taken with that probability
 * @param otherwise the source taken else
 * @param chance where the decisions come from
 */
public record MixedOrder(double randomShare, OrderSource random, OrderSource otherwise, CounterRandom chance)
        implements OrderSource {
    /** Checks the share. */
    public MixedOrder {
        if (!(randomShare >= 0 && randomShare <= 1)) {
            throw new IllegalArgumentException(
                    "the share of random orders must lie between 0 and 1, but is " + randomShare + "; 0.5 is usual");
        }
    }

    /** A mixture whose decisions are a function of seed and draw. */
    public MixedOrder(double randomShare, OrderSource random, OrderSource otherwise, long seed) {
        this(randomShare, random, otherwise, CounterRandom.of(seed, "order mixture"));
    }

    @Override
    public GenerationOrder order(long draw, int image, int view) {
        return (chance.uniform(draw) < randomShare ? random : otherwise).order(draw, image, view);
    }

    @Override
    public String description() {
        return "mixed " + randomShare + " " + chance + " of " + random.description() + " and "
                + otherwise.description();
    }
}
