package dev.oar.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class KendallTauTests {
    @Test
    void equalOrdersAgreeAndReversedOnesAreOpposed() {
        GenerationOrder order = GenerationOrder.of(2, 0, 3, 1);
        GenerationOrder reversed = GenerationOrder.of(1, 3, 0, 2);
        assertThat(KendallTau.of(order, order)).isEqualTo(1);
        assertThat(KendallTau.of(order, reversed)).isEqualTo(-1);
        assertThat(KendallTau.mean(List.of(order, order), List.of(order, reversed)))
                .isZero();
    }

    @Test
    void oneSwappedNeighbourCostsTwoOfAllPairs() {
        assertThat(KendallTau.of(GenerationOrder.of(0, 1, 2, 3), GenerationOrder.of(0, 2, 1, 3)))
                .isCloseTo(4.0 / 6, within(1e-12));
    }
}
