package dev.oar.measure;

import dev.oar.evaluate.TestOrders;
import dev.oar.generate.DrawingOrder;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import java.util.List;
import java.util.stream.LongStream;

/** A kind of orders in which models predict held-out images. */
public sealed interface OrderKind {
    /** The orders that a model chooses for all images. */
    @FunctionalInterface
    interface Chosen {
        /** The order of each image under a drawing that chooses one cell a step. */
        List<GenerationOrder> under(DrawingOrder.Dynamic drawing);
    }

    /**
     * The orders that a model predicts in; of several draws the mean is taken.
     *
     * @param own those that the model chooses
     * @param ofFirst those that the first of all models chooses
     */
    List<TestOrders> orders(Chosen own, Chosen ofFirst);

    /**
     * Orders that are the same for all models.
     *
     * @param draws one or more
     */
    record Given(List<TestOrders> draws) implements OrderKind {
        /** Copies the list. */
        public Given {
            draws = List.copyOf(draws);
        }

        @Override
        public List<TestOrders> orders(Chosen own, Chosen ofFirst) {
            return draws;
        }
    }

    /**
     * The orders that each model follows when it draws ({@link OwnOrders}).
     *
     * @param drawing how it chooses cells
     */
    record Own(DrawingOrder.Dynamic drawing) implements OrderKind {
        @Override
        public List<TestOrders> orders(Chosen own, Chosen ofFirst) {
            return List.of(TestOrders.extracted(drawing.label(), own.under(drawing)::get));
        }
    }

    /**
     * The orders that the first model chooses, for all models: what it would extract.
     *
     * @param name as it stands in tables
     * @param drawing how it chooses cells
     */
    record OfFirst(String name, DrawingOrder.Dynamic drawing) implements OrderKind {
        @Override
        public List<TestOrders> orders(Chosen own, Chosen ofFirst) {
            return List.of(TestOrders.extracted(name, ofFirst.under(drawing)::get));
        }
    }

    /** Orders that are the same for all models, drawn once. */
    static OrderKind given(TestOrders orders) {
        return new Given(List.of(orders));
    }

    /**
     * Fresh random orders.
     *
     * @param draws how many for each image
     */
    static OrderKind random(int cells, int draws, long seed) {
        CounterRandom chance = chance(seed);
        return new Given(LongStream.range(0, draws)
                .mapToObj(draw -> TestOrders.random(cells, chance.bits(draw)))
                .toList());
    }

    /** One permutation for all images. */
    static OrderKind permutation(int cells, long seed) {
        GenerationOrder order = GenerationOrder.uniform(cells, chance(seed).derive(1));
        return given(TestOrders.fixed("fixed permutation", order));
    }

    private static CounterRandom chance(long seed) {
        return CounterRandom.of(seed, "test orders");
    }
}
