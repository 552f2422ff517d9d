package dev.oar.evaluate;

import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The orders in which test images are predicted, and how many cells at their beginning are given.
 *
 * @param name as it stands in tables, such as {@code random}
 * @param codeLength whether the orders were chosen without looking at the answers; if not, bits per token are no code length
 * @param orderOfImage the order of each image
 * @param givenCells how many cells at the beginning of every order are known: the model sees them, but predictions of them do not
 *     count
 */
public record TestOrders(String name, boolean codeLength, IntFunction<GenerationOrder> orderOfImage, int givenCells) {
    /** What {@link #random} is called. */
    public static final String RANDOM = "random";

    /** Checks the number of given cells. */
    public TestOrders {
        if (givenCells < 0) {
            throw new IllegalArgumentException(
                    "the number of given cells must be at least 0, but is " + givenCells + "; 0 predicts whole images");
        }
    }

    private TestOrders(String name, boolean codeLength, IntFunction<GenerationOrder> orderOfImage) {
        this(name, codeLength, orderOfImage, 0);
    }

    /** The name of the hole whose cells are predicted; empty where whole images are. */
    public Optional<String> hole() {
        return givenCells > 0 ? Optional.of(name) : Optional.empty();
    }

    /**
     * Cells of a hole, the cells around it being given: both in uniform random order, a function of the seed and the image's index. What
     * is measured is how well the hole is predicted from its surroundings.
     *
     * @param hole numbers of the cells to predict, at least one and not all
     * @throws IllegalArgumentException if the hole is empty, everything, or reaches outside the grid
     */
    public static TestOrders hole(String name, int cells, BitSet hole, long seed) {
        int open = hole.cardinality();
        if (open == 0 || open >= cells || hole.length() > cells) {
            throw new IllegalArgumentException("a hole must be a part of the grid of " + cells + " cells, but " + name
                    + " has " + open + " cells up to " + (hole.length() - 1) + "; leave at least one cell given");
        }
        CounterRandom random = CounterRandom.of(seed, "test orders");
        return new TestOrders(
                name,
                true,
                image -> {
                    int[] order =
                            GenerationOrder.uniform(cells, random.derive(image)).toArray();
                    return GenerationOrder.of(IntStream.concat(
                                    Arrays.stream(order).filter(cell -> !hole.get(cell)),
                                    Arrays.stream(order).filter(hole::get))
                            .toArray());
                },
                cells - open);
    }

    /** Row by row. */
    public static TestOrders raster(int cells) {
        GenerationOrder raster = GenerationOrder.raster(cells);
        return new TestOrders("raster", true, image -> raster);
    }

    /** A fresh uniform random order per image, a function of the seed and the image's index. */
    public static TestOrders random(int cells, long seed) {
        CounterRandom random = CounterRandom.of(seed, "test orders");
        return new TestOrders(RANDOM, true, image -> GenerationOrder.uniform(cells, random.derive(image)));
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
