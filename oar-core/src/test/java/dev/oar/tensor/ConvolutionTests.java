package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.oar.testing.NativeMemory;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("processor")
@ExtendWith(NativeMemory.class)
class ConvolutionTests {
    /** Values and all gradients against float64, after memory that new tensors may get was filled with what is not a number. */
    @ParameterizedTest
    @CsvSource({"16, 3, 3", "3, 16, 3", "8, 8, 3", "24, 40, 3", "20, 5, 3", "32, 16, 3", "16, 3, 1", "8, 24, 1"})
    void valuesAndGradientsAreThoseOfFloat64(int inputs, int outputs, int side) {
        for (Precision precision : Precision.values()) {
            for (int stride = 1; stride <= 2; stride++) {
                try (TensorScope ignored = TensorScope.open()) {
                    float[][] exact =
                            results(torch.ScalarType.Double, Precision.FLOAT32, inputs, outputs, side, stride);
                    float[][] actual = results(torch.ScalarType.Float, precision, inputs, outputs, side, stride);
                    float tolerance = precision == Precision.FLOAT32 ? 1e-5f : 0.02f;
                    for (int i = 0; i < exact.length; i++) {
                        assertClose(actual[i], exact[i], tolerance);
                    }
                }
            }
        }
    }

    private static float[][] results(
            torch.ScalarType type, Precision precision, int inputs, int outputs, int side, int stride) {
        double scale = 1 / Math.sqrt(inputs * side * side);
        Tensor input = Tensors.normal(1, 20, inputs, 8, 8).to(type).requires_grad_(true);
        Tensor weight = Tensors.normal(2, outputs, inputs, side, side)
                .mul(new Scalar(scale))
                .to(type)
                .detach()
                .requires_grad_(true);
        Tensor bias = Tensors.normal(3, outputs).to(type).requires_grad_(true);
        spoilFreeMemory();
        Tensor output = precision.forward(() -> Operations.conv2d(input, weight, bias, stride, side / 2));
        Tensor direction = Tensors.normal(4, output.shape()).to(type);
        Tensor loss = output.to(type).mul(direction).sum();
        spoilFreeMemory();
        loss.backward();
        return new float[][] {
            Tensors.floats(output),
            Tensors.floats(input.grad()),
            Tensors.floats(weight.grad()),
            Tensors.floats(bias.grad())
        };
    }

    private static void spoilFreeMemory() {
        TensorScope.run(() -> {
            for (int i = 0; i < 6; i++) {
                for (long size = 64; size <= 1 << 17; size *= 4) {
                    assertThat(Tensors.full(Double.NaN, torch.ScalarType.Float, size)
                                    .numel())
                            .isEqualTo(size);
                }
            }
        });
    }

    private static void assertClose(float[] actual, float[] exact, float tolerance) {
        float largest = 0;
        for (float value : exact) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < exact.length; i++) {
            assertThat(actual[i]).isCloseTo(exact[i], offset(tolerance * largest));
        }
    }
}
