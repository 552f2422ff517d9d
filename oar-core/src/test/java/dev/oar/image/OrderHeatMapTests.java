package dev.oar.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.oar.image.OrderHeatMap.RankScale;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderHeatMapTests {
    private static final TokenGrid GRID = new TokenGrid(3, 4);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void theEarliestCellIsBrightestAndTheLatestDarkest(long seed) {
        GenerationOrder order = GenerationOrder.uniform(12, CounterRandom.of(seed, "order"));
        RgbImage map = OrderHeatMap.map(OrderHeatMap.ranks(order), GRID, RankScale.full(GRID), 5);
        assertThat(map.width()).isEqualTo(20);
        assertThat(map.height()).isEqualTo(15);
        for (int step = 0; step < 12; step++) {
            int cell = order.cellAt(step);
            for (int corner : new int[] {0, 4}) {
                assertThat(Pixels.colour(map, GRID.column(cell) * 5 + corner, GRID.row(cell) * 5 + corner))
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(ColourRamp.at((11 - step) / 11.0));
            }
        }
    }

    @Test
    void meanRanksAverageOverOrders() {
        GenerationOrder forward = GenerationOrder.of(0, 1, 2);
        GenerationOrder backward = GenerationOrder.of(2, 1, 0);
        assertThat(OrderHeatMap.meanRanks(List.of(forward, backward, backward)))
                .containsExactly(new double[] {4 / 3.0, 1, 2 / 3.0}, within(1e-12));
        assertThat(OrderHeatMap.meanRanks(List.of(backward))).containsExactly(OrderHeatMap.ranks(backward));
        assertThatIllegalArgumentException().isThrownBy(() -> OrderHeatMap.meanRanks(List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OrderHeatMap.meanRanks(List.of(forward, GenerationOrder.raster(4))));
    }

    @Test
    void oneScaleCoversAllMapsAndEqualRanksAreNoFailure() {
        double[] flat = new double[12];
        double[] steep = Arrays.copyOf(new double[] {-1, 7.5}, 12);
        assertThat(RankScale.covering(List.of(flat, steep))).isEqualTo(new RankScale(-1, 7.5));
        RgbImage map = OrderHeatMap.map(flat, GRID, RankScale.covering(List.of(flat)), 1);
        assertThat(Pixels.colour(map, 0, 0)).isEqualTo(ColourRamp.at(0.5));
        assertThatIllegalArgumentException().isThrownBy(() -> new RankScale(2, 1));
    }

    @Test
    void aRowHoldsEveryMap() {
        double[] ranks = OrderHeatMap.ranks(GenerationOrder.raster(12));
        Map<String, double[]> maps = new LinkedHashMap<>();
        maps.put("food-drink", ranks);
        maps.put("flags with a very long name", ranks);
        RgbImage row = OrderHeatMap.row(maps, GRID, RankScale.full(GRID), 10);
        RgbImage map = OrderHeatMap.map(ranks, GRID, RankScale.full(GRID), 10);
        for (int left : new int[] {6, 52}) {
            for (int x = 0; x < 40; x++) {
                for (int y = 0; y < 30; y++) {
                    assertThat(Pixels.colour(row, left + x, 6 + y)).isEqualTo(Pixels.colour(map, x, y));
                }
            }
        }
    }

    @Test
    void anOverlayLeavesTheInsideOfCellsWithoutRoomForNumbersAlone() {
        RgbImage image = Images.plain(4, 3, 0x123456);
        RgbImage overlay = OrderHeatMap.overlay(image, GenerationOrder.raster(12), GRID, 6);
        assertThat(Pixels.colour(overlay, 3, 3)).isEqualTo(0x123456);
        assertThat(Pixels.colour(overlay, 0, 0)).isEqualTo(ColourRamp.at(1));
        assertThat(Pixels.colour(overlay, 23, 17)).isEqualTo(ColourRamp.at(0));
    }

    @Test
    void ordersOfOtherGridsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OrderHeatMap.map(new double[9], GRID, new RankScale(0, 1), 1))
                .withMessageContaining("9 ranks for 12 cells");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OrderHeatMap.overlay(Images.plain(5, 5, 0), GenerationOrder.raster(12), GRID, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OrderHeatMap.row(Map.of(), GRID, RankScale.full(GRID), 1));
    }
}
