package dev.oar.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class KendallDistanceTests {
    @Test
    void itIsTheNumberOfPairsThatAreFilledTheOtherWayRound() {
        for (int cells = 1; cells <= 33; cells++) {
            for (long seed = 0; seed < 10; seed++) {
                GenerationOrder first = GenerationOrder.uniform(cells, CounterRandom.of(seed, "first"));
                GenerationOrder second = GenerationOrder.uniform(cells, CounterRandom.of(seed, "second"));
                assertThat(KendallDistance.pairs(first, second))
                        .as("%s cells, seed %s", cells, seed)
                        .isEqualTo(counted(first, second));
            }
        }
    }

    private static long counted(GenerationOrder first, GenerationOrder second) {
        int[] a = first.inverse();
        int[] b = second.inverse();
        long pairs = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < i; j++) {
                pairs += (a[i] < a[j]) == (b[i] < b[j]) ? 0 : 1;
            }
        }
        return pairs;
    }

    @Test
    void itIsAMetric() {
        for (long seed = 0; seed < 50; seed++) {
            CounterRandom random = CounterRandom.of(seed, "metric");
            GenerationOrder a = GenerationOrder.uniform(12, random.derive(0));
            GenerationOrder b = GenerationOrder.uniform(12, random.derive(1));
            GenerationOrder c = GenerationOrder.uniform(12, random.derive(2));
            assertThat(KendallDistance.pairs(a, a)).isZero();
            assertThat(KendallDistance.pairs(a, b))
                    .as("seed %s", seed)
                    .isEqualTo(KendallDistance.pairs(b, a))
                    .isLessThanOrEqualTo(KendallDistance.pairs(a, c) + KendallDistance.pairs(c, b));
        }
    }

    @Test
    void reversedOrdersDifferInAllPairsAndOneSwapOfNeighboursInOne() {
        GenerationOrder order = GenerationOrder.of(2, 0, 3, 1);
        assertThat(KendallDistance.share(order, order.reversed())).isEqualTo(1);
        assertThat(KendallDistance.share(order, GenerationOrder.of(2, 3, 0, 1))).isCloseTo(1.0 / 6, within(1e-12));
        assertThat(KendallDistance.share(GenerationOrder.of(0), GenerationOrder.of(0)))
                .isZero();
    }

    @Test
    void ordersOfDifferentGridsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KendallDistance.pairs(GenerationOrder.raster(3), GenerationOrder.raster(4)))
                .withMessageContaining("3 and 4 cells");
    }
}
