package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.testing.NativeMemory;
import java.nio.FloatBuffer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemory.class)
class TensorsTests {
    @Test
    void arraysComeBackAsTheyWentIn() {
        TensorScope.run(() -> {
            assertThat(Tensors.floats(Tensors.of(new float[] {1.5f, -2, Float.MIN_VALUE}, 3)))
                    .containsExactly(1.5f, -2, Float.MIN_VALUE);
            assertThat(Tensors.doubles(Tensors.of(new double[] {Math.PI, -0.0}, 2, 1)))
                    .containsExactly(Math.PI, -0.0);
            assertThat(Tensors.longs(Tensors.of(new long[] {Long.MAX_VALUE, Long.MIN_VALUE}, 2)))
                    .containsExactly(Long.MAX_VALUE, Long.MIN_VALUE);
            assertThat(Tensors.ints(Tensors.of(new int[] {7, -7}, 1, 2))).containsExactly(7, -7);
            assertThat(Tensors.bytes(Tensors.of(new byte[] {0, 127, -1}, 3))).containsExactly(0, 127, -1);
            assertThat(Tensors.bytes(Tensors.of(new boolean[] {true, false}, 2)))
                    .containsExactly(1, 0);
        });
    }

    @Test
    void rowsComeBackAsTheyWentIn() {
        TensorScope.run(() -> {
            Tensor tensor = Tensors.of(new int[][] {{1, 2, 3}, {4, 5, 6}});
            assertThat(tensor.shape()).containsExactly(2, 3);
            assertThat(Tensors.intRows(tensor)).isDeepEqualTo(new int[][] {{1, 2, 3}, {4, 5, 6}});
            assertThat(Tensors.intRows(tensor.transpose(0, 1))).isDeepEqualTo(new int[][] {{1, 4}, {2, 5}, {3, 6}});
        });
    }

    @Test
    void emptyTensorsAreWelcome() {
        TensorScope.run(() -> {
            assertThat(Tensors.floats(Tensors.of(new float[0], 0, 4))).isEmpty();
            assertThat(Tensors.longs(Tensors.range(3, 3))).isEmpty();
            assertThat(Tensors.of(new int[0][]).shape()).containsExactly(0, 0);
        });
    }

    @Test
    void constantsAndRangesHoldTheirValues() {
        TensorScope.run(() -> {
            assertThat(Tensors.doubles(Tensors.full(2.5, torch.ScalarType.Double, 2)))
                    .containsExactly(2.5, 2.5);
            assertThat(Tensors.floats(Tensors.zeros(torch.ScalarType.Float, 2))).containsExactly(0, 0);
            assertThat(Tensors.longs(Tensors.range(-1, 2))).containsExactly(-1, 0, 1);
        });
    }

    @Test
    void aShapeThatHoldsAnotherNumberOfValuesIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensors.of(new float[3], 2, 2))
                .withMessageContaining("[2, 2]")
                .withMessageContaining("4 values, but 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensors.of(new int[][] {{1, 2}, {3}}))
                .withMessageContaining("row 1 has 1");
    }

    @Test
    void randomTensorsAreAFunctionOfTheirSeed() {
        TensorScope.run(() -> {
            assertThat(Tensors.floats(Tensors.normal(5, 4)))
                    .containsExactly(Tensors.floats(Tensors.normal(5, 4)))
                    .isNotEqualTo(Tensors.floats(Tensors.normal(6, 4)));
            float[] uniform = Tensors.floats(Tensors.uniform(5, -2, 3, 1000));
            for (float value : uniform) {
                assertThat(value).isBetween(-2f, 3f);
            }
            assertThat(uniform).containsExactly(Tensors.floats(Tensors.uniform(5, -2, 3, 1000)));
        });
    }

    @Test
    void memoryIsShownWithoutCopying() {
        TensorScope.run(() -> {
            Tensor tensor = Tensors.of(new float[] {1, 2, 3, 4}, 4);
            FloatBuffer buffer = Tensors.memory(tensor).asFloatBuffer();
            buffer.put(2, 9);
            assertThat(Tensors.floats(tensor)).containsExactly(1, 2, 9, 4);
            assertThat(Tensors.memory(tensor, 4, 8).asFloatBuffer().get(1)).isEqualTo(9);
        });
    }

    @Test
    void memoryOutsideATensorOrOutOfSequenceIsRefused() {
        TensorScope.run(() -> {
            Tensor tensor = Tensors.normal(1, 2, 3);
            assertThatIllegalArgumentException().isThrownBy(() -> Tensors.memory(tensor, 20, 8));
            assertThatIllegalArgumentException().isThrownBy(() -> Tensors.memory(tensor, -1, 8));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Tensors.memory(tensor.transpose(0, 1)))
                    .withMessageContaining("contiguous");
        });
    }

    @Test
    void noGradientIsRecordedWithoutGradientEvenAfterAnException() {
        TensorScope.run(() -> {
            Tensor weight = Tensors.normal(1, 2).requires_grad_(true);
            assertThat(Tensors.withoutGradient(() -> weight.exp().requires_grad()))
                    .isFalse();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Tensors.runWithoutGradient(() -> Tensors.of(new float[1], 2)));
            assertThat(weight.exp().requires_grad()).isTrue();
        });
    }
}
