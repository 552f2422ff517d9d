package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The laws of guidance schedules. */
class GuidanceScaleTests {
    private static final int CELLS = 16;

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 2.75})
    void powerCosineGrowsFromOneTowardsTheFullScale(double power) {
        GuidanceScale scale = new GuidanceScale.PowerCosine(4, power);
        assertThat(scale.at(0, 1, CELLS)).isEqualTo(1);
        assertThat(scale.at(CELLS, 0, CELLS)).isEqualTo(4);
        for (int filled = 1; filled < CELLS; filled++) {
            assertThat(scale.at(filled, 1, CELLS))
                    .as("power %s, %s filled", power, filled)
                    .isBetween(scale.at(filled - 1, 1, CELLS), 4.0);
        }
    }

    @Test
    void powerZeroIsTheFullScaleAtEveryStep() {
        GuidanceScale scale = new GuidanceScale.PowerCosine(4, 0);
        for (int filled = 0; filled < CELLS; filled++) {
            assertThat(scale.at(filled, 1, CELLS)).as("%s filled", filled).isEqualTo(4);
        }
    }

    @Test
    void aNegativePowerIsRefused() {
        assertThatThrownBy(() -> new GuidanceScale.PowerCosine(4, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 .. 100")
                .hasMessageContaining("-1");
    }
}
