package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.oar.testing.NativeMemory;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("processor")
@ExtendWith(NativeMemory.class)
class PrecisionTests {
    @Test
    void matrixProductsRunInThePrecisionAskedFor() {
        assertThat(Precision.FLOAT32.forward(PrecisionTests::productType)).isEqualTo(torch.ScalarType.Float);
        assertThat(Precision.BFLOAT16.forward(PrecisionTests::productType)).isEqualTo(torch.ScalarType.BFloat16);
        assertThat(productType()).as("afterwards").isEqualTo(torch.ScalarType.Float);
    }

    @Test
    void autocastIsSwitchedBackEvenAfterAnException() {
        assertThatIllegalStateException().isThrownBy(() -> Precision.BFLOAT16.forward(PrecisionTests::fail));
        assertThat(torch.is_autocast_enabled(torch.DeviceType.CPU)).isFalse();
        assertThat(productType()).isEqualTo(torch.ScalarType.Float);
    }

    @Test
    void callsNestAndTheOuterPrecisionHoldsAgainBehindTheInner() {
        for (Precision outer : Precision.values()) {
            for (Precision inner : Precision.values()) {
                torch.ScalarType[] types = outer.forward(() -> {
                    torch.ScalarType first = productType();
                    torch.ScalarType within = inner.forward(PrecisionTests::productType);
                    assertThatIllegalStateException().isThrownBy(() -> inner.forward(PrecisionTests::fail));
                    return new torch.ScalarType[] {first, within, productType()};
                });
                assertThat(types)
                        .as(inner + " within " + outer)
                        .containsExactly(product(outer), product(inner), product(outer));
                assertThat(torch.is_autocast_enabled(torch.DeviceType.CPU)).isFalse();
            }
        }
    }

    private static torch.ScalarType product(Precision precision) {
        return precision == Precision.FLOAT32 ? torch.ScalarType.Float : torch.ScalarType.BFloat16;
    }

    @Test
    void aPieceWithoutAutocastEndsWithAutocastAsItWas() {
        Precision.BFLOAT16.forward(() -> {
            assertThat(Precision.withoutAutocast(PrecisionTests::productType)).isEqualTo(torch.ScalarType.Float);
            assertThatIllegalStateException().isThrownBy(() -> Precision.withoutAutocast(PrecisionTests::fail));
            assertThat(productType()).as("inside again").isEqualTo(torch.ScalarType.BFloat16);
            return true;
        });
        assertThat(Precision.withoutAutocast(PrecisionTests::productType)).isEqualTo(torch.ScalarType.Float);
        assertThat(torch.is_autocast_enabled(torch.DeviceType.CPU)).isFalse();
    }

    @Test
    void aWeightIsCastAnewInEveryForwardPass() {
        TensorScope.run(() -> {
            var weight = Tensors.full(1, torch.ScalarType.Float, 4, 4).requires_grad_(true);
            var input = Tensors.full(1, torch.ScalarType.Float, 4, 4);
            float before = Precision.BFLOAT16.forward(() -> Tensors.floats(input.matmul(weight))[0]);
            Tensors.runWithoutGradient(() -> {
                var unused = weight.fill_(new org.bytedeco.pytorch.Scalar(2));
            });
            float after = Precision.BFLOAT16.forward(() -> Tensors.floats(input.matmul(weight))[0]);
            assertThat(before).isEqualTo(4);
            assertThat(after).isEqualTo(8);
        });
    }

    @Test
    void normalisationRunsInTheTypeOfItsInputAndLossesInFloat32() {
        TensorScope.run(() -> {
            Tensor single = Tensors.normal(1, 2, 4, 3, 3);
            Tensor half = single.to(torch.ScalarType.BFloat16);
            Tensor scale = Tensors.full(1, torch.ScalarType.Float, 4);
            Tensor targets = Tensors.of(new int[] {0, 1}, 2);
            Precision.BFLOAT16.forward(() -> {
                for (Tensor input : new Tensor[] {single, half}) {
                    Tensor groups = Operations.groupNorm(input, 2, scale, scale, 1e-6);
                    assertThat(groups.scalar_type().intern())
                            .isEqualTo(input.scalar_type().intern());
                    Tensor loss = torch.cross_entropy_loss(input.select(-1, 0).select(-1, 0), targets);
                    assertThat(loss.scalar_type().intern()).isEqualTo(torch.ScalarType.Float);
                }
                Tensor rows = Operations.rmsNorm(single.transpose(1, 3), scale, 1e-6);
                assertThat(rows.scalar_type().intern()).isEqualTo(torch.ScalarType.Float);
                return true;
            });
        });
    }

    private static torch.ScalarType productType() {
        return TensorScope.compute(() -> Tensors.normal(1, 8, 8)
                .matmul(Tensors.normal(2, 8, 8))
                .scalar_type()
                .intern());
    }

    private static torch.ScalarType fail() {
        throw new IllegalStateException("on purpose");
    }
}
