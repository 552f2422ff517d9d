package dev.oar.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
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
            for (DecodingSchedule masked : List.of(
                    DecodingSchedule.maskedCosine(cells, number), DecodingSchedule.maskedArccosine(cells, number))) {
                assertThat(masked.cells())
                        .as("%s cells, %s steps", cells, number)
                        .isEqualTo(cells);
                assertThat(masked.steps())
                        .as("%s cells, %s steps", cells, number)
                        .isEqualTo(Math.min(cells, number));
            }
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
    void behindFilledCellsTheCosineScheduleAimsAtTheSameTargets() {
        for (int filled : new int[] {0, 1, 16, 63, 64}) {
            for (int steps = 1; steps <= 70; steps++) {
                DecodingSchedule schedule = DecodingSchedule.cosineBehind(filled, 64, steps);
                assertThat(schedule.cells())
                        .as("%s filled, %s steps", filled, steps)
                        .isEqualTo(64 - filled);
            }
        }
        assertThat(DecodingSchedule.cosineBehind(0, 64, 40)).isEqualTo(DecodingSchedule.cosine(64, 40));
        assertThat(DecodingSchedule.cosineBehind(16, 64, 64)).isEqualTo(DecodingSchedule.sequential(48));
        int[] schedule = DecodingSchedule.cosineBehind(16, 64, 40).cellsPerStep();
        assertThat(schedule).startsWith(1, 1, 1).endsWith(2, 2, 3, 2, 3, 2).hasSize(40);
        assertThatIllegalArgumentException().isThrownBy(() -> DecodingSchedule.cosineBehind(65, 64, 4));
    }

    @Test
    void theLastStepOfAUniformScheduleTakesWhatIsLeft() {
        assertThat(DecodingSchedule.uniform(10, 4).cellsPerStep()).containsExactly(4, 4, 2);
        assertThat(DecodingSchedule.uniform(8, 4).cellsPerStep()).containsExactly(4, 4);
    }

    @Test
    void maskedSchedulesLeaveTheShareThatTheirFormulaSays() {
        assertThat(DecodingSchedule.maskedArccosine(16, 6).cellsPerStep()).containsExactly(2, 2, 2, 2, 3, 5);
        assertThat(DecodingSchedule.maskedCosine(16, 5).cellsPerStep()).containsExactly(1, 3, 3, 5, 4);
        int left = 256;
        for (int step = 0; step < 63; step++) {
            left -= DecodingSchedule.maskedArccosine(256, 64).cellsPerStep()[step];
            double share = Math.acos((step + 1) / 64.0) / Math.acos(0);
            assertThat(left).as("left after step " + step).isEqualTo((int) Math.floor(256 * share));
        }
    }

    @Test
    void withAsManyStepsAsCellsEveryStepFillsOne() {
        for (int steps : new int[] {16, 17, 40}) {
            assertThat(DecodingSchedule.maskedArccosine(16, steps)).isEqualTo(DecodingSchedule.sequential(16));
            assertThat(DecodingSchedule.maskedCosine(16, steps)).isEqualTo(DecodingSchedule.sequential(16));
        }
    }

    @Test
    void aStepWithoutCellsIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new DecodingSchedule(new int[] {3, 0}));
        assertThatIllegalArgumentException().isThrownBy(() -> DecodingSchedule.uniform(4, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> DecodingSchedule.cosine(4, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> DecodingSchedule.maskedCosine(4, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> DecodingSchedule.maskedArccosine(4, 0));
    }
}
