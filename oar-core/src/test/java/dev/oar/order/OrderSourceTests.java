package dev.oar.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderSourceTests {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void randomOrdersDifferByDrawAndSeedAndComeBack(long seed) {
        OrderSource source = new UniformRandomOrder(16, seed);
        Set<GenerationOrder> orders = new HashSet<>();
        for (int draw = 0; draw < 100; draw++) {
            orders.add(source.order(draw, 0, 0));
        }

        assertThat(orders).as("seed %s", seed).hasSize(100);
        assertThat(new UniformRandomOrder(16, seed).order(7, 3, 1)).isEqualTo(source.order(7, 0, 0));
        assertThat(new UniformRandomOrder(16, seed + 1).order(7, 0, 0)).isNotEqualTo(source.order(7, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.25, 0.5, 1})
    void theShareOfRandomOrdersIsThatAskedFor(double share) {
        OrderSource raster = FixedOrder.raster(16);
        OrderSource mixed = new MixedOrder(share, new UniformRandomOrder(16, 1), raster, 2);

        long random = LongStream.range(0, 4000)
                .filter(draw -> !mixed.order(draw, 0, 0).equals(GenerationOrder.raster(16)))
                .count();

        assertThat(random / 4000.0).isBetween(share - 0.03, share + 0.03);
    }

    @Test
    void aShareBeyondOneIsRefused() {
        OrderSource raster = FixedOrder.raster(4);
        assertThatIllegalArgumentException().isThrownBy(() -> new MixedOrder(1.5, raster, raster, 1));
    }

    @Test
    void aFixedPermutationIsOneOrder() {
        OrderSource source = FixedOrder.permutation(16, 3);

        assertThat(source.order(0, 0, 0)).isEqualTo(source.order(9, 4, 1));
        assertThat(source.order(0, 0, 0)).isNotEqualTo(GenerationOrder.raster(16));
    }
}
