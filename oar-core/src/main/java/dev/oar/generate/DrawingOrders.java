package dev.oar.generate;

import dev.oar.data.MeanRanks;
import dev.oar.data.OrderSequence;
import dev.oar.decode.OrderPolicy;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.RimInwards;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The order policies that a {@link DrawingOrder} means for batches of images. An order that stands in a file is read once, when this is
 * made. Several threads may ask at once.
 */
public final class DrawingOrders {
    private final Policies policies;
    private final long seed;

    private DrawingOrders(Policies policies, long seed) {
        this.policies = policies;
        this.seed = seed;
    }

    @FunctionalInterface
    private interface Policies {
        OrderPolicy policy(long seed, int[] classes, long[] indices, BitSet known);
    }

    @FunctionalInterface
    private interface OrderOfImage {
        GenerationOrder order(long seed, int classIndex, long index, BitSet known);
    }

    /**
     * The policy of one batch.
     *
     * @param classes the class of each image
     * @param indices the index of each image
     * @param known cells that are known beforehand
     */
    public OrderPolicy policy(int[] classes, long[] indices, BitSet known) {
        return policies.policy(seed, classes, indices, known);
    }

    /** The same orders, random ones by another seed; no file is read again. */
    public DrawingOrders withSeed(long other) {
        return new DrawingOrders(policies, other);
    }

    /**
     * The policies of an order.
     *
     * @param meanRanks needed for recorded-mean orders only
     * @param seed seed of random orders
     * @throws IllegalArgumentException if the order needs mean ranks and there are none, or does not fit the grid
     * @throws IOException if the order stands in a file that cannot be read
     */
    public static DrawingOrders of(DrawingOrder order, TokenGrid grid, Optional<MeanRanks> meanRanks, long seed)
            throws IOException {
        if (order instanceof DrawingOrder.Dynamic dynamic) {
            OrderPolicy policy = new OrderPolicy.MostConfidentFirst(
                    dynamic.confidence(),
                    dynamic.confidenceLogits(),
                    0,
                    dynamic.noise(),
                    dynamic.cellsPerStep(),
                    Optional.empty());
            return new DrawingOrders((unused, classes, indices, known) -> policy, seed);
        }
        DrawingOrder.Fixed fixed = (DrawingOrder.Fixed) order;
        OrderOfImage ofImage = ofImage(fixed, grid, meanRanks);
        return new DrawingOrders(
                (ofSeed, classes, indices, known) -> new OrderPolicy.GivenOrders(
                        IntStream.range(0, classes.length)
                                .mapToObj(row -> ofImage.order(ofSeed, classes[row], indices[row], known))
                                .toList(),
                        fixed.steps()),
                seed);
    }

    private static OrderOfImage ofImage(DrawingOrder.Fixed fixed, TokenGrid grid, Optional<MeanRanks> meanRanks)
            throws IOException {
        if (fixed instanceof DrawingOrder.RecordedMean) {
            MeanRanks ranks = meanRanks.orElseThrow(
                    () -> new IllegalArgumentException(
                            "drawing by recorded-mean orders needs"
                                    + " the mean ranks of extracted orders, but this model has none; choose dynamic, raster or random"));
            return (seed, classIndex, index, known) -> ranks.order(classIndex);
        }
        if (fixed instanceof DrawingOrder.UniformRandom) {
            return (seed, classIndex, index, known) -> GenerationOrder.uniform(
                    grid.cells(), CounterRandom.of(seed, "generation order").derive(index));
        }
        if (fixed instanceof DrawingOrder.Rim) {
            return (seed, classIndex, index, known) -> RimInwards.order(
                    grid, known, CounterRandom.of(seed, "rim order").derive(index));
        }
        if (fixed instanceof DrawingOrder.FromFile file) {
            OrderSequence orders = OrderSequence.open(Path.of(file.path()), grid);
            return (seed, classIndex, index, known) -> orders.order(index);
        }
        GenerationOrder one =
                fixed instanceof DrawingOrder.Given given ? given.order() : GenerationOrder.raster(grid.cells());
        one.requireGrid(grid);
        return (seed, classIndex, index, known) -> one;
    }
}
