package dev.oar.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckerboardOrderTests {
    private static CounterRandom random(long seed) {
        return CounterRandom.of(seed, "checkerboards of a test");
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,7", "7,1", "3,5", "4,6", "8,8"})
    void oneColourComesBeforeTheOther(int height, int width) {
        TokenGrid grid = new TokenGrid(height, width);
        for (int seed = 0; seed < 20; seed++) {
            assertThat(Arrays.stream(CheckerboardOrder.of(grid, random(seed)).toArray())
                            .map(cell -> (grid.row(cell) + grid.column(cell)) % 2)
                            .toArray())
                    .as("seed %s", seed)
                    .isSorted()
                    .startsWith(0);
        }
    }

    @Test
    void everyCellOfAColourHasEveryPlaceAmongThem() {
        TokenGrid grid = TokenGrid.square(3);
        for (int step = 0; step < 9; step++) {
            int place = step;
            assertThat(IntStream.range(0, 300)
                            .map(seed ->
                                    CheckerboardOrder.of(grid, random(seed)).cellAt(place))
                            .distinct())
                    .hasSize(step < 5 ? 5 : 4);
        }
    }

    @Test
    void equalSeedsGiveEqualOrdersThatStayWhatTheyAre() {
        assertThat(CheckerboardOrder.of(TokenGrid.square(3), random(3)).toArray())
                .containsExactly(6, 0, 4, 8, 2, 5, 1, 3, 7);
    }
}
