package dev.oar.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HilbertCurveTests {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 16, 32, 64})
    void everyCellOfAPowerOfTwoSquareStandsBesideTheOneBefore(int side) {
        TokenGrid grid = TokenGrid.square(side);
        int[] order = HilbertCurve.order(grid).toArray();
        for (int step = 1; step < order.length; step++) {
            assertThat(grid.distance(order[step - 1], order[step]))
                    .as("step %s", step)
                    .isEqualTo(1);
        }
        assertThat(order).startsWith(0).endsWith(side - 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    void everyAlignedSquareIsFilledInOneGo(int side) {
        TokenGrid grid = TokenGrid.square(side);
        int[] order = HilbertCurve.order(grid).toArray();
        for (int part = 2; part < side; part *= 2) {
            int size = part;
            for (int from = 0; from < order.length; from += part * part) {
                assertThat(Arrays.stream(order, from, from + part * part)
                                .map(cell -> side * (grid.row(cell) / size) + grid.column(cell) / size)
                                .distinct())
                        .hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"3,5", "1,7", "9,1", "6,6", "5,12"})
    void anotherGridHasTheCurveOfTheSquareAroundItWithoutWhatLiesOutside(int height, int width) {
        TokenGrid grid = new TokenGrid(height, width);
        TokenGrid around = TokenGrid.square(Math.max(2, Integer.highestOneBit(2 * Math.max(height, width) - 1)));
        int[] expected = Arrays.stream(HilbertCurve.order(around).toArray())
                .filter(cell -> around.row(cell) < height && around.column(cell) < width)
                .map(cell -> grid.cell(around.row(cell), around.column(cell)))
                .toArray();
        assertThat(HilbertCurve.order(grid).toArray()).containsExactly(expected);
    }

    @Test
    void aLongRowCostsNoMoreThanItsCells() {
        int cells = 1 << 17;
        assertThat(HilbertCurve.order(new TokenGrid(1, cells))).isEqualTo(GenerationOrder.raster(cells));
    }
}
