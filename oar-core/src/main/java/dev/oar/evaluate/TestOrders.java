package dev.oar.evaluate;

import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import java.util.function.IntFunction;

/**
 * The orders in which test images are predicted.
 *
 * @param name as it stands in tables, such as {@code random}
 * @param codeLength whether the orders were chosen without looking at the answers; if not, bits per token are no code length
 * @param orderOfImage the order of each image
 */
public record TestOrders(String name, boolean codeLength, IntFunction<GenerationOrder> orderOfImage) {
    /** Row by row. */
    public static TestOrders raster(int cells) {
        GenerationOrder raster = GenerationOrder.raster(cells);
        return new TestOrders("raster", true, image -> raster);
    }

    /** A fresh uniform random order per image, a function of the seed and the image's index. */
    public static TestOrders random(int cells, long seed) {
        CounterRandom random = CounterRandom.of(seed, "test orders");
        return new TestOrders("random", true, image -> GenerationOrder.uniform(cells, random.derive(image)));
    }

    /** One order for all images, such as a mean rank or one fixed permutation. */
    public static TestOrders fixed(String name, GenerationOrder order) {
        return new TestOrders(name, true, image -> order);
    }

    /** Orders extracted from the model with a confidence measure that sees the distributions but not the answers. */
    public static TestOrders extracted(String name, IntFunction<GenerationOrder> orderOfImage) {
        return new TestOrders(name, true, orderOfImage);
    }

    /** Orders extracted with a measure that looks at the answers, such as the ground truth's probability. */
    public static TestOrders extractedKnowingTheAnswers(String name, IntFunction<GenerationOrder> orderOfImage) {
        return new TestOrders(name, false, orderOfImage);
    }
}
