package dev.oar.study;

import dev.oar.config.RecipeWriter;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.DrawingOrder.Fixed.OrderOfImage;
import dev.oar.generate.DrawingOrder.Fixed.OrderedImage;
import dev.oar.order.GenerationOrder;
import dev.oar.order.OrderSource;
import java.io.IOException;
import java.util.BitSet;
import java.util.Optional;

/**
 * Orders that images can be drawn in, as orders to train on: where they hold chance, every sample has a fresh one.
 *
 * @param name what the orders are, with all that they depend on
 * @param orders of images
 * @param seed decides what is left to chance
 */
record KnownOrder(String name, OrderOfImage orders, long seed) implements OrderSource {
    /** The orders on the grid of the training images. */
    static KnownOrder of(DrawingOrder.Fixed order, ArmMaterial material) throws IOException {
        return new KnownOrder(
                RecipeWriter.write((Record) order).strip(),
                order.ofImages(material.tokens().grid(), Optional.empty()),
                material.seed());
    }

    @Override
    public GenerationOrder order(long draw, int image, int view) {
        return orders.order(new OrderedImage(seed, 0, draw, new BitSet(), new BitSet()));
    }

    @Override
    public String description() {
        return "KnownOrder[" + name + ", seed=" + seed + "]";
    }
}
