package dev.oar.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DistilledOrdersTests {
    private static final int CELLS = 20;

    @Test
    void oneOrderIsTheOneThatAllAreNearest() {
        for (long seed = 0; seed < 20; seed++) {
            List<GenerationOrder> orders = random(seed, 25);
            DistilledOrders one = DistilledOrders.of(orders, 1, seed);
            double best = orders.stream()
                    .mapToDouble(order -> meanDistance(orders, List.of(order)))
                    .min()
                    .orElseThrow();
            assertThat(one.meanDistance()).as("seed %s", seed).isCloseTo(best, within(1e-12));
            assertThat(orders).contains(one.medoids().get(0));
        }
    }

    @Test
    void groupsOfSimilarOrdersAreFound() {
        for (long seed = 0; seed < 20; seed++) {
            CounterRandom random = CounterRandom.of(seed, "planted orders");
            List<GenerationOrder> centres = IntStream.range(0, 4)
                    .mapToObj(i -> GenerationOrder.uniform(CELLS, random.derive(i)))
                    .toList();
            List<GenerationOrder> orders = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                orders.add(swapped(centres.get(i % 4), random.derive(100 + i)));
            }
            DistilledOrders distilled = DistilledOrders.of(orders, 4, seed);
            int[] assignment = distilled.assignment();
            for (int i = 0; i < 40; i++) {
                assertThat(assignment[i]).as("seed %s, order %s", seed, i).isEqualTo(assignment[i % 4]);
                assertThat(distilled.of(i)).isEqualTo(distilled.medoids().get(assignment[i]));
            }
            assertThat(new HashSet<>(distilled.medoids())).hasSize(4);
            // Two swaps of neighbours from the centre each.
            assertThat(distilled.meanDistance()).isLessThanOrEqualTo(4.0 / (CELLS * (CELLS - 1) / 2.0));
        }
    }

    private static GenerationOrder swapped(GenerationOrder order, CounterRandom random) {
        int[] cells = order.toArray();
        for (int swap = 0; swap < 2; swap++) {
            int at = random.integer(CELLS - 1, swap);
            int moved = cells[at];
            cells[at] = cells[at + 1];
            cells[at + 1] = moved;
        }
        return GenerationOrder.of(cells);
    }

    @Test
    void everyOrderIsAssignedToItsNearestMedoidWhetherItWasExaminedOrNot() {
        for (long seed = 0; seed < 10; seed++) {
            List<GenerationOrder> orders = random(seed, 60);
            DistilledOrders some = DistilledOrders.of(orders, 5, seed, 15);
            int[] assignment = some.assignment();
            for (int order = 0; order < orders.size(); order++) {
                GenerationOrder own = orders.get(order);
                long least = some.medoids().stream()
                        .mapToLong(medoid -> KendallDistance.pairs(own, medoid))
                        .min()
                        .orElseThrow();
                assertThat(KendallDistance.pairs(own, some.medoids().get(assignment[order])))
                        .as("seed %s, order %s", seed, order)
                        .isEqualTo(least);
            }
            assertThat(some.meanDistance()).isCloseTo(meanDistance(orders, some.medoids()), within(1e-12));
        }
    }

    @Test
    void noMedoidCanBeMovedWithinItsOrdersToTheirGain() {
        for (long seed = 0; seed < 10; seed++) {
            List<GenerationOrder> orders = random(seed, 40);
            DistilledOrders distilled = DistilledOrders.of(orders, 4, seed);
            int[] assignment = distilled.assignment();
            for (int medoid = 0; medoid < 4; medoid++) {
                int own = medoid;
                List<GenerationOrder> members = IntStream.range(0, orders.size())
                        .filter(order -> assignment[order] == own)
                        .mapToObj(orders::get)
                        .toList();
                double present =
                        meanDistance(members, List.of(distilled.medoids().get(medoid)));
                for (GenerationOrder other : members) {
                    assertThat(meanDistance(members, List.of(other)))
                            .as("seed %s", seed)
                            .isGreaterThan(present - 1e-12);
                }
            }
        }
    }

    @Test
    void asManyMedoidsAsOrdersAreTheOrdersThemselves() {
        List<GenerationOrder> orders = random(3, 12);
        DistilledOrders all = DistilledOrders.of(orders, 12, 3);
        assertThat(all.meanDistance()).isZero();
        assertThat(IntStream.range(0, 12).mapToObj(all::of)).isEqualTo(orders);
        // Equal orders among them disturb nothing.
        List<GenerationOrder> twice = new ArrayList<>(orders);
        twice.addAll(orders);
        assertThat(DistilledOrders.of(twice, 12, 3).meanDistance()).isZero();
        assertThat(DistilledOrders.of(twice, 20, 3).meanDistance()).isZero();
    }

    @Test
    void theSeedDecidesWhichOfManyOrdersAreExaminedAndNothingElse() {
        List<GenerationOrder> orders = random(4, 80);
        assertThat(DistilledOrders.of(orders, 3, 1, 20)).isEqualTo(DistilledOrders.of(orders, 3, 1, 20));
        assertThat(DistilledOrders.of(orders, 3, 1, 20).medoids())
                .isNotEqualTo(DistilledOrders.of(orders, 3, 2, 20).medoids());
        assertThat(DistilledOrders.of(orders, 3, 1)).isEqualTo(DistilledOrders.of(orders, 3, 2));
    }

    @Test
    void moreMedoidsThanOrdersAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DistilledOrders.of(random(5, 3), 4, 0))
                .withMessageContaining("1 .. the number of orders, 3, but is 4");
    }

    private static double meanDistance(List<GenerationOrder> orders, List<GenerationOrder> medoids) {
        return orders.stream()
                .mapToDouble(order -> medoids.stream()
                        .mapToDouble(medoid -> KendallDistance.share(order, medoid))
                        .min()
                        .orElseThrow())
                .average()
                .orElseThrow();
    }

    private static List<GenerationOrder> random(long seed, int count) {
        CounterRandom random = CounterRandom.of(seed, "orders of a test");
        return IntStream.range(0, count)
                .mapToObj(i -> GenerationOrder.uniform(CELLS, random.derive(i)))
                .toList();
    }
}
