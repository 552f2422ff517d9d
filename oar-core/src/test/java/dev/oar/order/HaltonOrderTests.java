package dev.oar.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HaltonOrderTests {
    @Test
    void theFirstCellsAreThoseOfTheSequence() {
        // 1/2 1/3, 1/4 2/3, 3/4 1/9, 1/8 4/9, 5/8 7/9, 3/8 2/9, 7/8 5/9, 1/16 8/9, 9/16 1/27 times 8, rounded down.
        int[][] expected = {{4, 2}, {2, 5}, {6, 0}, {1, 3}, {5, 6}, {3, 1}, {7, 4}, {0, 7}, {4, 0}};
        TokenGrid grid = TokenGrid.square(8);
        int[] cells = Arrays.stream(expected)
                .mapToInt(cell -> grid.cell(cell[0], cell[1]))
                .toArray();
        assertThat(HaltonOrder.of(grid).toArray()).startsWith(cells);
    }

    @Test
    void aCellThatIsHitAgainKeepsItsFirstPlace() {
        // Rows 1 0 1 0 1 0 ..., columns 0 1 0 0 ...: the third point falls into the cell of the first.
        assertThat(HaltonOrder.of(TokenGrid.square(2)).toArray()).containsExactly(2, 1, 0, 3);
    }

    @Test
    void pointsOnTheBordersOfCellsFallIntoTheCellBehind() {
        // 1/3 and 2/3 of 3 columns, then ninths and 27ths.
        assertThat(HaltonOrder.of(new TokenGrid(1, 3)).toArray()).containsExactly(1, 2, 0);
        assertThat(HaltonOrder.of(new TokenGrid(1, 9)).toArray()).containsExactly(3, 6, 1, 4, 7, 2, 5, 8, 0);
        assertThat(HaltonOrder.of(new TokenGrid(8, 1)).toArray()).containsExactly(4, 2, 6, 1, 5, 3, 7, 0);
    }

    @Test
    void anyNumberOfFirstCellsIsSpreadOverTheQuartersOfTheImage() {
        for (int side : List.of(8, 16, 24, 32)) {
            TokenGrid grid = TokenGrid.square(side);
            int[] order = HaltonOrder.of(grid).toArray();
            int[] quarters = new int[4];
            for (int step = 0; step < order.length / 2; step++) {
                quarters[2 * (2 * grid.row(order[step]) / side) + 2 * grid.column(order[step]) / side]++;
                int most = Arrays.stream(quarters).max().orElseThrow();
                int least = Arrays.stream(quarters).min().orElseThrow();
                assertThat(most - least).as("side %s, step %s", side, step).isLessThanOrEqualTo(3 + side / 8);
            }
        }
    }
}
