package dev.oar.order;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpiralOrderTests {
    @Test
    void itTurnsClockwiseFromTheTopLeftCornerToTheMiddle() {
        assertThat(SpiralOrder.inwards(new TokenGrid(3, 4)).toArray())
                .containsExactly(0, 1, 2, 3, 7, 11, 10, 9, 8, 4, 5, 6);
        assertThat(SpiralOrder.inwards(TokenGrid.square(3)).toArray()).containsExactly(0, 1, 2, 5, 8, 7, 6, 3, 4);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,6", "6,1", "3,5", "5,3", "2,7", "8,8", "16,16"})
    void everyCellStandsBesideTheOneBeforeAndOutwardsIsTheReverse(int height, int width) {
        TokenGrid grid = new TokenGrid(height, width);
        int[] inwards = SpiralOrder.inwards(grid).toArray();
        int[] outwards = SpiralOrder.outwards(grid).toArray();
        for (int step = 0; step < inwards.length; step++) {
            assertThat(outwards[inwards.length - 1 - step]).isEqualTo(inwards[step]);
            if (step > 0) {
                assertThat(grid.distance(inwards[step - 1], inwards[step])).isEqualTo(1);
            }
        }
    }
}
