package dev.oar.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnlargedGridTests {
    @Test
    void coarseCellsStandAtEveryFactorthRowAndColumn() {
        EnlargedGrid grid = new EnlargedGrid(new TokenGrid(2, 3), 2);
        assertThat(grid.enlarged()).isEqualTo(new TokenGrid(4, 6));
        assertThat(IntStream.range(0, 6).map(grid::enlargedCell)).containsExactly(0, 2, 4, 12, 14, 16);
        assertThat(grid.coarseCells().stream()).containsExactly(0, 2, 4, 12, 14, 16);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> grid.coarseCell(7))
                .withMessageContaining("row 1")
                .withMessageContaining("column 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void goingToTheEnlargedGridAndBackIsTheIdentity(int factor) {
        EnlargedGrid grid = new EnlargedGrid(new TokenGrid(3, 4), factor);
        for (int cell = 0; cell < 12; cell++) {
            assertThat(grid.coarseCell(grid.enlargedCell(cell))).isEqualTo(cell);
        }
        assertThat(grid.coarseCells().cardinality()).isEqualTo(12);
    }

    @Test
    void anOrderOfTheEnlargedGridKeepsItsSequenceOnBothSides() {
        EnlargedGrid grid = new EnlargedGrid(new TokenGrid(2, 2), 2);
        for (int seed = 0; seed < 50; seed++) {
            GenerationOrder order = GenerationOrder.uniform(16, CounterRandom.of(seed, "enlarged"));
            GenerationOrder moved = grid.coarseFirst(order);
            int[] ranks = order.inverse();
            for (int step = 1; step < 16; step++) {
                if (step != 4) {
                    assertThat(ranks[moved.cellAt(step)])
                            .as("seed " + seed)
                            .isGreaterThan(ranks[moved.cellAt(step - 1)]);
                }
            }
            GenerationOrder coarse = grid.coarseOrder(order);
            for (int step = 0; step < 4; step++) {
                assertThat(grid.enlargedCell(coarse.cellAt(step)))
                        .as("seed " + seed)
                        .isEqualTo(moved.cellAt(step));
            }
            assertThat(grid.coarseFirst(moved)).isEqualTo(moved);
        }
    }

    @Test
    void aFactorBelowTwoAndOrdersOfOtherGridsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new EnlargedGrid(new TokenGrid(2, 2), 1));
        EnlargedGrid grid = new EnlargedGrid(new TokenGrid(2, 2), 2);
        assertThatIllegalArgumentException().isThrownBy(() -> grid.coarseFirst(GenerationOrder.raster(4)));
    }
}
