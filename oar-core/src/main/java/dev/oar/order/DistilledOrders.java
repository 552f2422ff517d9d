package dev.oar.order;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Many orders, distilled into few of them: medoids, such that the orders are near their nearest medoid by {@linkplain KendallDistance
 * Kendall's distance}.
 *
 * <p>Medoids are chosen one by one, each the one that brings the orders nearest (the BUILD phase of PAM, Kaufman and Rousseeuw, 1990), and
 * then moved to the middle of the orders that are nearest to them until none moves. Of more than {@value #MOST_EXAMINED} orders, so many
 * random ones are examined; all are assigned.
 *
 * @param medoids the few orders, each one of the many
 * @param assignment the place of its nearest medoid for each of the many orders; of equally near ones the first
 * @param meanDistance the mean share of pairs of cells in which an order differs from its medoid, in [0, 1]
 */
public record DistilledOrders(List<GenerationOrder> medoids, int[] assignment, double meanDistance) {
    /** How many orders are compared with each other at most: their distances take 16 MB. */
    public static final int MOST_EXAMINED = 2000;

    private static final int MOST_ROUNDS = 100;

    /** Copies what it is given. */
    public DistilledOrders {
        medoids = List.copyOf(medoids);
        assignment = assignment.clone();
    }

    /**
     * Distils orders.
     *
     * @param orders of one grid
     * @param count how many medoids, from 1 to the number of orders
     * @param seed decides which orders are examined if there are many
     * @throws IllegalArgumentException if there are fewer orders than medoids, or they are of different grids
     */
    public static DistilledOrders of(List<GenerationOrder> orders, int count, long seed) {
        return of(orders, count, seed, MOST_EXAMINED);
    }

    /**
     * As the shorter form.
     *
     * @param mostExamined how many orders are compared with each other at most, but never fewer than medoids are asked for
     */
    static DistilledOrders of(List<GenerationOrder> orders, int count, long seed, int mostExamined) {
        if (count < 1 || count > orders.size()) {
            throw new IllegalArgumentException("the number of distilled orders must lie in 1 .. the number of orders, "
                    + orders.size() + ", but is " + count + "; 1, 4, 16 and 64 are usual");
        }
        List<GenerationOrder> examined = examined(orders, seed, Math.max(mostExamined, count));
        List<GenerationOrder> medoids = new Clusters(distances(examined))
                .medoids(count).stream().map(examined::get).toList();
        return assigned(orders, medoids);
    }

    /** The medoid of one of the many orders. */
    public GenerationOrder of(int order) {
        return medoids.get(assignment[order]);
    }

    @Override
    public int[] assignment() {
        return assignment.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DistilledOrders same
                && medoids.equals(same.medoids)
                && Arrays.equals(assignment, same.assignment)
                && meanDistance == same.meanDistance;
    }

    @Override
    public int hashCode() {
        return 31 * medoids.hashCode() + Arrays.hashCode(assignment);
    }

    @Override
    public String toString() {
        return medoids.size() + " orders distilled from " + assignment.length + ", mean distance " + meanDistance;
    }

    private static List<GenerationOrder> examined(List<GenerationOrder> orders, long seed, int most) {
        if (orders.size() <= most) {
            return orders;
        }
        int[] shuffled = GenerationOrder.uniform(orders.size(), CounterRandom.of(seed, "distilled orders"))
                .toArray();
        return Arrays.stream(shuffled)
                .limit(most)
                .sorted()
                .mapToObj(orders::get)
                .toList();
    }

    private static int[][] distances(List<GenerationOrder> orders) {
        int[][] ranks = orders.stream().map(GenerationOrder::inverse).toArray(int[][]::new);
        int[][] distances = new int[ranks.length][ranks.length];
        for (int first = 0; first < ranks.length; first++) {
            int[] cells = orders.get(first).toArray();
            for (int second = 0; second < first; second++) {
                distances[first][second] = (int) KendallDistance.pairs(cells, ranks[second]);
                distances[second][first] = distances[first][second];
            }
        }
        return distances;
    }

    private static DistilledOrders assigned(List<GenerationOrder> orders, List<GenerationOrder> medoids) {
        int[][] ranks = medoids.stream().map(GenerationOrder::inverse).toArray(int[][]::new);
        int[] assignment = new int[orders.size()];
        double sum = 0;
        for (int order = 0; order < assignment.length; order++) {
            int[] cells = orders.get(order).toArray();
            long nearest = Long.MAX_VALUE;
            for (int medoid = 0; medoid < ranks.length; medoid++) {
                long distance = KendallDistance.pairs(cells, ranks[medoid]);
                if (distance < nearest) {
                    nearest = distance;
                    assignment[order] = medoid;
                }
            }
            sum += KendallDistance.share(nearest, cells.length);
        }
        return new DistilledOrders(medoids, assignment, sum / assignment.length);
    }

    /**
     * Points of which all distances are known.
     *
     * @param distances {@code [points][points]}
     */
    private record Clusters(int[][] distances) {
        List<Integer> medoids(int count) {
            List<Integer> medoids = built(count);
            for (int round = 0; round < MOST_ROUNDS; round++) {
                List<Integer> moved = moved(medoids);
                if (moved.equals(medoids)) {
                    break;
                }
                medoids = moved;
            }
            return medoids;
        }

        private List<Integer> built(int count) {
            List<Integer> medoids = new ArrayList<>();
            int[] nearest = new int[distances.length];
            Arrays.fill(nearest, Integer.MAX_VALUE);
            while (medoids.size() < count) {
                int next = -1;
                long least = Long.MAX_VALUE;
                for (int point = 0; point < distances.length; point++) {
                    long sum = medoids.contains(point) ? Long.MAX_VALUE : sumWith(nearest, distances[point]);
                    if (sum < least) {
                        least = sum;
                        next = point;
                    }
                }
                medoids.add(next);
                for (int point = 0; point < nearest.length; point++) {
                    nearest[point] = Math.min(nearest[point], distances[next][point]);
                }
            }
            return medoids;
        }

        private static long sumWith(int[] nearest, int[] candidate) {
            long sum = 0;
            for (int point = 0; point < nearest.length; point++) {
                sum += Math.min(nearest[point], candidate[point]);
            }
            return sum;
        }

        /** Each medoid in the middle of the points that are nearest to it; of equally good places the present one. */
        private List<Integer> moved(List<Integer> medoids) {
            List<List<Integer>> members = new ArrayList<>();
            medoids.forEach(unused -> members.add(new ArrayList<>()));
            for (int point = 0; point < distances.length; point++) {
                int nearest = 0;
                for (int medoid = 1; medoid < medoids.size(); medoid++) {
                    if (distances[point][medoids.get(medoid)] < distances[point][medoids.get(nearest)]) {
                        nearest = medoid;
                    }
                }
                members.get(nearest).add(point);
            }
            List<Integer> moved = new ArrayList<>();
            for (int medoid = 0; medoid < medoids.size(); medoid++) {
                int best = medoids.get(medoid);
                for (int point : members.get(medoid)) {
                    if (sum(point, members.get(medoid)) < sum(best, members.get(medoid))) {
                        best = point;
                    }
                }
                moved.add(best);
            }
            return moved;
        }

        private long sum(int point, List<Integer> others) {
            return others.stream().mapToLong(other -> distances[point][other]).sum();
        }
    }
}
