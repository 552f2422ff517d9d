package dev.oar.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NativeMemory.class)
class InceptionInputTests {
    /** Row i of n stands at i * height / n, pixels are (x - 128) / 128: worked out pixel by pixel in float64. */
    @ParameterizedTest
    @CsvSource({"5, 7, 11", "20, 12, 9", "8, 8, 8"})
    void admResizesFromTheCornerAndScalesAround128(int height, int width, int side) {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor images = Tensors.normal(3, 2, 3, height, width);
            float[] source = Tensors.floats(images);
            float[] prepared = Tensors.floats(InceptionInput.ADM.prepare(images, side));
            assertThat(prepared).hasSize(2 * 3 * side * side);
            for (int plane = 0; plane < 6; plane++) {
                for (int row = 0; row < side; row++) {
                    for (int column = 0; column < side; column++) {
                        double value = pixel(
                                source,
                                plane,
                                height,
                                width,
                                (double) row * height / side,
                                (double) column * width / side);
                        double expected = ((value + 1) * 127.5 - 128) / 128;
                        assertThat((double) prepared[(plane * side + row) * side + column])
                                .as("plane %d, row %d, column %d", plane, row, column)
                                .isCloseTo(expected, within(2e-5));
                    }
                }
            }
        }
    }

    private static double pixel(float[] source, int plane, int height, int width, double row, double column) {
        int top = (int) row;
        int left = (int) column;
        int bottom = Math.min(top + 1, height - 1);
        int right = Math.min(left + 1, width - 1);
        double down = row - top;
        double across = column - left;
        int first = plane * height * width;
        return (1 - down)
                        * ((1 - across) * source[first + top * width + left]
                                + across * source[first + top * width + right])
                + down
                        * ((1 - across) * source[first + bottom * width + left]
                                + across * source[first + bottom * width + right]);
    }

    @Test
    void theTwoProtocolsDifferOnOnePicture() {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor images = Tensors.normal(4, 1, 3, 6, 6);
            Tensor difference = InceptionInput.ADM
                    .prepare(images, 10)
                    .sub(InceptionInput.PYTORCH_FID.prepare(images, 10))
                    .abs()
                    .max();
            assertThat(Tensors.floats(difference)[0]).isGreaterThan(0.05f);
            Tensor white = Tensors.full(1, torch.ScalarType.Float, 1, 3, 6, 6);
            assertThat((double) Tensors.floats(InceptionInput.PYTORCH_FID.prepare(white, 10))[0])
                    .isCloseTo(1, within(1e-6));
            assertThat((double) Tensors.floats(InceptionInput.ADM.prepare(white, 10))[0])
                    .isCloseTo(127 / 128.0, within(1e-6));
        }
    }
}
