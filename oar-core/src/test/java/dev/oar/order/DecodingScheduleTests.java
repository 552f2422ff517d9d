package dev.oar.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodingScheduleTests {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 64, 256, 1024})
    void everyScheduleSumsToTheCells(int cells) {
        assertThat(DecodingSchedule.sequential(cells).cells()).isEqualTo(cells);
        assertThat(DecodingSchedule.sequential(cells).steps()).isEqualTo(cells);
        for (int number = 1; number <= 300; number += 7) {
            assertThat(DecodingSchedule.cosine(cells, number).cells())
                    .as("%s cells, %s steps", cells, number)
                    .isEqualTo(cells);
            assertThat(DecodingSchedule.cosine(cells, number).steps())
                    .as("%s cells, %s steps", cells, number)
                    .isLessThanOrEqualTo(Math.max(cells, number));
            assertThat(DecodingSchedule.uniform(cells, number).cells())
                    .as("%s cells, %s per step", cells, number)
                    .isEqualTo(cells);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64})
    void theCosineScheduleBeginsWithOneCell(int cells) {
        for (int steps = 1; steps <= 70; steps++) {
            assertThat(DecodingSchedule.cosine(cells, steps).cellsPerStep()[0]).isEqualTo(1);
        }
    }

    @Test
    void theLastStepOfAUniformScheduleTakesWhatIsLeft() {
        assertThat(DecodingSchedule.uniform(10, 4).cellsPerStep()).containsExactly(4, 4, 2);
        assertThat(DecodingSchedule.uniform(8, 4).cellsPerStep()).containsExactly(4, 4);
    }

    @Test
    void aStepWithoutCellsIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new DecodingSchedule(new int[] {3, 0}));
        assertThatIllegalArgumentException().isThrownBy(() -> DecodingSchedule.uniform(4, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> DecodingSchedule.cosine(4, 0));
    }
}
