package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NearestFilledTests {
    @Test
    void theDistanceKeptIsThatToTheNearestOfAllFilledCellsOfTheRow() {
        TokenGrid grid = new TokenGrid(4, 7);
        CounterRandom random = CounterRandom.of(3, "filled cells of a test");
        NearestFilled distances = new NearestFilled(grid, 2);
        int[][] orders = new int[2][];
        Arrays.setAll(
                orders,
                row -> GenerationOrder.uniform(grid.cells(), random.derive(row)).toArray());
        for (int count = 0; count < grid.cells(); count++) {
            for (int row = 0; row < 2; row++) {
                for (int cell = 0; cell < grid.cells(); cell++) {
                    int asked = cell;
                    double nearest = Arrays.stream(orders[row], 0, count)
                            .mapToDouble(filled -> grid.distance(asked, filled))
                            .min()
                            .orElse(0);
                    assertThat(distances.of(row, cell))
                            .as("row %d, cell %d, %d filled", row, cell, count)
                            .isEqualTo(nearest / grid.diagonal());
                }
                distances.fill(row, orders[row][count]);
            }
        }
    }
}
