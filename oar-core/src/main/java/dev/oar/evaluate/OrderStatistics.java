package dev.oar.evaluate;

import dev.oar.config.Require;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.KendallTau;
import dev.oar.order.TokenGrid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What the recorded orders of a set of images are like: how much two images have in common, how far the next cell lies, and how much of a
 * cell's rank its position alone tells. Of every family of variants the first image stands for all.
 *
 * @param images how many orders there are, one per family
 * @param sameClass mean Kendall tau of the orders of two images of one class; empty where no class has two; 0 is chance, 1 is one order
 * @param otherClass the same of two images of different classes; empty where there is one class
 * @param step mean Chebyshev distance of consecutive cells, in cells
 * @param randomStep the same of uniform random orders, from the grid alone
 * @param byCell share of the variance of ranks that the cell tells, unbiased ({@link #explained}); 0 of random orders, 1 of one order
 * @param byCellAndClass the same of cell and class together; empty where there is one class
 * @param classes every class of at least two images
 */
public record OrderStatistics(
        int images,
        Optional<Double> sameClass,
        Optional<Double> otherClass,
        double step,
        double randomStep,
        double byCell,
        Optional<Double> byCellAndClass,
        List<OfClass> classes) {
    /** How many pairs of images are compared, drawn at random with replacement. */
    private static final int PAIRS = 2000;

    /** Copies the list. */
    public OrderStatistics {
        classes = List.copyOf(classes);
    }

    /**
     * The orders of one class.
     *
     * @param name the class
     * @param images its images, one per family
     * @param tau mean Kendall tau of the orders of two of them
     * @param step mean Chebyshev distance of consecutive cells
     */
    public record OfClass(String name, int images, double tau, double step) {}

    /**
     * Describes orders.
     *
     * @param orders one per image
     * @param classOf the class of each image, a place in {@code names}
     * @param families the family of each image
     * @param names the classes
     * @param seed draws the pairs
     * @throws IllegalArgumentException if there are not as many of all, fewer than two families or less than two cells
     */
    public static OrderStatistics of(
            TokenGrid grid,
            List<GenerationOrder> orders,
            int[] classOf,
            int[] families,
            List<String> names,
            long seed) {
        Require.that(
                orders.size() == classOf.length && orders.size() == families.length,
                "every order has a class and a family, but %s orders have %s and %s; give each one",
                orders.size(),
                classOf.length,
                families.length);
        int[] firsts = firsts(families);
        Require.that(
                firsts.length > 1 && grid.cells() > 1,
                "orders are compared with each other, but there are %s families of orders of %s cells; extract those of two images",
                firsts.length,
                grid.cells());
        List<List<GenerationOrder>> byClass = new ArrayList<>();
        for (int name = 0; name < names.size(); name++) {
            int wanted = name;
            byClass.add(Arrays.stream(firsts)
                    .filter(image -> classOf[image] == wanted)
                    .mapToObj(orders::get)
                    .toList());
        }
        List<GenerationOrder> all = Arrays.stream(firsts).mapToObj(orders::get).toList();
        List<List<GenerationOrder>> filled =
                byClass.stream().filter(ofClass -> !ofClass.isEmpty()).toList();
        boolean several = filled.size() > 1;
        CounterRandom random = CounterRandom.of(seed, "pairs of orders");
        return new OrderStatistics(
                all.size(),
                sameClass(filled, random.derive(0)),
                several ? otherClass(filled, random.derive(1)) : Optional.empty(),
                mean(all, order -> step(grid, order)),
                randomStep(grid),
                explained(List.of(all)),
                several ? Optional.of(explained(filled)) : Optional.empty(),
                several ? classes(grid, names, byClass, random.derive(2)) : List.of());
    }

    private static int[] firsts(int... families) {
        List<Integer> seen = new ArrayList<>();
        Set<Integer> known = new HashSet<>();
        for (int image = 0; image < families.length; image++) {
            if (known.add(families[image])) {
                seen.add(image);
            }
        }
        return seen.stream().mapToInt(Integer::intValue).toArray();
    }

    private static List<OfClass> classes(
            TokenGrid grid, List<String> names, List<List<GenerationOrder>> byClass, CounterRandom random) {
        List<OfClass> classes = new ArrayList<>();
        for (int name = 0; name < names.size(); name++) {
            List<GenerationOrder> orders = byClass.get(name);
            if (orders.size() > 1) {
                classes.add(new OfClass(
                        names.get(name),
                        orders.size(),
                        sameClass(List.of(orders), random.derive(name)).orElseThrow(),
                        mean(orders, order -> step(grid, order))));
            }
        }
        return classes;
    }

    /** Pairs of one class, classes as often as they have images. */
    private static Optional<Double> sameClass(List<List<GenerationOrder>> classes, CounterRandom random) {
        List<List<GenerationOrder>> large =
                classes.stream().filter(orders -> orders.size() > 1).toList();
        int[] starts = starts(large);
        if (large.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(IntStream.range(0, PAIRS)
                .mapToDouble(pair -> {
                    int at = random.integer(starts[large.size()], 3L * pair);
                    List<GenerationOrder> orders = large.get(classAt(starts, at));
                    int first = random.integer(orders.size(), 3L * pair + 1);
                    int apart = 1 + random.integer(orders.size() - 1, 3L * pair + 2);
                    return KendallTau.of(orders.get(first), orders.get((first + apart) % orders.size()));
                })
                .average()
                .orElseThrow());
    }

    /** Pairs of two classes: the first image any, the second any of the other classes. */
    private static Optional<Double> otherClass(List<List<GenerationOrder>> classes, CounterRandom random) {
        int[] starts = starts(classes);
        int images = starts[classes.size()];
        return Optional.of(IntStream.range(0, PAIRS)
                .mapToDouble(pair -> {
                    int at = random.integer(images, 2L * pair);
                    int first = classAt(starts, at);
                    int size = classes.get(first).size();
                    int beyond = (starts[first + 1] + random.integer(images - size, 2L * pair + 1)) % images;
                    int second = classAt(starts, beyond);
                    return KendallTau.of(
                            classes.get(first).get(at - starts[first]),
                            classes.get(second).get(beyond - starts[second]));
                })
                .average()
                .orElseThrow());
    }

    private static int[] starts(List<List<GenerationOrder>> classes) {
        int[] starts = new int[classes.size() + 1];
        for (int i = 0; i < classes.size(); i++) {
            starts[i + 1] = starts[i] + classes.get(i).size();
        }
        return starts;
    }

    private static int classAt(int[] starts, int image) {
        int place = 0;
        while (starts[place + 1] <= image) {
            place++;
        }
        return place;
    }

    private static double mean(List<GenerationOrder> orders, ToDoubleFunction<GenerationOrder> of) {
        return orders.stream().mapToDouble(of).average().orElseThrow();
    }

    /** The mean Chebyshev distance of consecutive cells. */
    static double step(TokenGrid grid, GenerationOrder order) {
        return IntStream.range(1, order.length())
                .map(step -> grid.chebyshevDistance(order.cellAt(step - 1), order.cellAt(step)))
                .average()
                .orElseThrow();
    }

    /** The mean Chebyshev distance of two different cells: what {@link #step} is expected to be of a uniform random order. */
    static double randomStep(TokenGrid grid) {
        int cells = grid.cells();
        long sum = 0;
        for (int a = 0; a < cells; a++) {
            for (int b = 0; b < a; b++) {
                sum += grid.chebyshevDistance(a, b);
            }
        }
        return 2.0 * sum / ((double) cells * (cells - 1));
    }

    /**
     * The share of the variance of ranks that cell and group tell (R squared, adjusted): 1 less the variance of a cell's ranks within a group over that of all
     * ranks, {@code (N^2 - 1) / 12}. Variances within groups are divided by one less than the number of images, so that random orders come
     * out as 0 on average, however few they are; groups of one image are left out.
     */
    static double explained(List<List<GenerationOrder>> groups) {
        double within = 0;
        int images = 0;
        int cells = groups.get(0).get(0).length();
        for (List<GenerationOrder> group : groups) {
            if (group.size() > 1) {
                within += group.size() * variance(group, cells);
                images += group.size();
            }
        }
        return images == 0 ? 0 : 1 - within / images / (((double) cells * cells - 1) / 12);
    }

    /** The variance of a cell's ranks, the mean over cells. */
    private static double variance(List<GenerationOrder> orders, int cells) {
        double[] sums = new double[cells];
        double[] squares = new double[cells];
        for (GenerationOrder order : orders) {
            int[] ranks = order.inverse();
            for (int cell = 0; cell < cells; cell++) {
                sums[cell] += ranks[cell];
                squares[cell] += (double) ranks[cell] * ranks[cell];
            }
        }
        double sum = 0;
        for (int cell = 0; cell < cells; cell++) {
            sum += (squares[cell] - sums[cell] * sums[cell] / orders.size()) / (orders.size() - 1);
        }
        return sum / cells;
    }
}
