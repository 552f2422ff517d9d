package dev.oar.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StepScheduleTests {
    @ParameterizedTest
    @EnumSource(StepSchedule.class)
    void everyScheduleFillsAllCellsAndNoStepsAreOneCellAStep(StepSchedule schedule) {
        for (int cells = 0; cells < 40; cells++) {
            assertThat(schedule.of(cells, 0)).as("%d cells", cells).isEqualTo(DecodingSchedule.sequential(cells));
            for (int steps = 1; steps < 45; steps++) {
                assertThat(schedule.of(cells, steps).cells())
                        .as("%d cells, %d steps", cells, steps)
                        .isEqualTo(cells);
            }
        }
        assertThatThrownBy(() -> schedule.of(4, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }

    @Test
    void namesStandForThePublishedSchedules() {
        assertThat(StepSchedule.COSINE.of(64, 12)).isEqualTo(DecodingSchedule.cosine(64, 12));
        assertThat(StepSchedule.MASKED_COSINE.of(64, 12)).isEqualTo(DecodingSchedule.maskedCosine(64, 12));
        assertThat(StepSchedule.MASKED_ARCCOSINE.of(64, 12)).isEqualTo(DecodingSchedule.maskedArccosine(64, 12));
    }
}
