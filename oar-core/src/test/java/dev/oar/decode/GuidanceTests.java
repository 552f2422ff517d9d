package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class GuidanceTests {
    private static final int CELLS = 16;

    @Test
    void aLinearScaleFollowsTheShareOfFilledCellsAndNotTheSizeOfTheStep() {
        GuidanceScale scale = new GuidanceScale.Linear(1, 4);
        assertThat(scale.at(0, 1, CELLS)).isEqualTo(1);
        assertThat(scale.at(4, 1, CELLS)).isEqualTo(1.75);
        assertThat(scale.at(4, 8, CELLS)).isEqualTo(1.75);
        assertThat(scale.at(12, 4, CELLS)).isEqualTo(3.25);
        assertThat(new GuidanceScale.Linear(5, 1).at(8, 1, CELLS)).isEqualTo(3);
        assertThat(new GuidanceScale.Linear(2.5, 2.5).at(11, 1, CELLS)).isEqualTo(2.5);
    }

    @Test
    void aScaleThatLooksAheadIsWholeAtTheLastStep() {
        GuidanceScale scale = new GuidanceScale.LinearAhead(4);
        assertThat(scale.at(0, 4, CELLS)).isEqualTo(1.75);
        assertThat(scale.at(8, 4, CELLS)).isEqualTo(3.25);
        assertThat(scale.at(12, 4, CELLS)).isEqualTo(4);
    }

    @Test
    void aPowerCosineScaleGrowsFromOneToItsLastValueTheLaterTheLargerThePower() {
        GuidanceScale scale = new GuidanceScale.PowerCosine(4, 1);
        assertThat(scale.at(0, 1, CELLS)).isEqualTo(1);
        assertThat(scale.at(8, 1, CELLS)).isCloseTo(2.5, within(1e-12));
        assertThat(scale.at(CELLS, 0, CELLS)).isEqualTo(4);
        // A quarter of the way: the square of one half.
        assertThat(new GuidanceScale.PowerCosine(4, 2).at(8, 1, CELLS))
                .isCloseTo(1 + 1.5 * (1 - Math.sqrt(0.5)), within(1e-12));
    }

    @Test
    void theFirstCellsAloneAreGuided() {
        GuidanceScale scale = new GuidanceScale.FirstCells(3, 5);
        assertThat(IntStream.range(0, 8).mapToDouble(filled -> scale.at(filled, 1, CELLS)))
                .containsExactly(3.0, 3.0, 3.0, 3.0, 3.0, 1.0, 1.0, 1.0);
    }

    @Test
    void unconditionalRowsAreNeededOnlyWhereAScaleDiffersFromOne() {
        assertThat(ClassifierFreeGuidance.OFF.active()).isFalse();
        assertThat(ClassifierFreeGuidance.linear(1, 1).active()).isFalse();
        assertThat(ClassifierFreeGuidance.linear(1, 2).active()).isTrue();
        assertThat(ClassifierFreeGuidance.linear(2, 1).active()).isTrue();
        assertThat(ClassifierFreeGuidance.constant(0).active()).isTrue();
        assertThat(new GuidanceScale.LinearAhead(1).active()).isFalse();
        assertThat(new GuidanceScale.PowerCosine(1, 2).active()).isFalse();
        assertThat(new GuidanceScale.FirstCells(3, 0).active()).isFalse();
        assertThat(new GuidanceScale.FirstCells(3, 1).active()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1000.1, Double.NaN})
    void scalesOutOfRangeAreRefused(double scale) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassifierFreeGuidance.constant(scale))
                .withMessageContaining("0 .. 1000");
        assertThatIllegalArgumentException().isThrownBy(() -> new GuidanceScale.LinearAhead(scale));
        assertThatIllegalArgumentException().isThrownBy(() -> new GuidanceScale.PowerCosine(scale, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new GuidanceScale.FirstCells(scale, 1));
    }

    @Test
    void guidedLogitsLeadFromTheUnconditionalOnesThroughTheConditionalOnes() {
        try (TensorScope ignored = TensorScope.open()) {
            // Two conditional rows, then their unconditional ones.
            Tensor both = Tensors.of(new double[] {1, 2, 3, 4, 0, 1, 5, 4}, 4, 1, 2);
            assertThat(guided(both, ClassifierFreeGuidance.constant(3), 0)).containsExactly(3, 4, -1, 4);
            assertThat(guided(both, ClassifierFreeGuidance.constant(0), 0)).containsExactly(0, 1, 5, 4);
            assertThat(guided(both, ClassifierFreeGuidance.linear(1, 3), 0)).containsExactly(1, 2, 3, 4);
            assertThat(guided(both, ClassifierFreeGuidance.linear(1, 3), 8)).containsExactly(2, 3, 1, 4);
        }
    }

    private static double[] guided(Tensor both, ClassifierFreeGuidance guidance, int filled) {
        return Tensors.doubles(guidance.guide(List.of(both.narrow(0, 0, 2), both.narrow(0, 2, 2)), filled, 1, CELLS));
    }
}
