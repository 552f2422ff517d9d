package dev.oar.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.order.CounterRandom;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What its numbers are is shown by the reference case. */
@ExtendWith(NativeMemory.class)
class PatchDiscriminatorTests {
    @ParameterizedTest
    @CsvSource({"1, 6", "1, 9", "2, 12", "2, 31", "3, 24", "4, 64"})
    void imagesBecomeAsManyPatchesAsAnnounced(int layers, int imageSize) {
        try (PatchDiscriminator discriminator = PatchDiscriminator.initialise(layers, 4, 1);
                TensorScope ignored = TensorScope.open()) {
            long side = PatchDiscriminator.side(layers, imageSize);
            assertThat(discriminator.logits(images(imageSize, 2)).shape()).containsExactly(2, 1, side, side);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 5", "3, 23", "8, 256"})
    void layersThatLeaveNothingOfAnImageAreRefused(int layers, int imageSize) {
        assertThatThrownBy(() -> PatchDiscriminator.requireSide(layers, imageSize))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(layers + " leave none of " + imageSize + " pixels; choose fewer");
    }

    @Test
    void whatIsTrainedThroughFixedWeightsHasTheSameLogitsAndLeavesThemAlone() {
        try (PatchDiscriminator discriminator = PatchDiscriminator.initialise(2, 4, 3);
                TensorScope ignored = TensorScope.open()) {
            Weights weights = discriminator.weights().requireGradient(true);
            Tensor images = images(16, 3).requires_grad_(true);
            Tensor fixed = discriminator.logitsByFixedWeights(images);
            assertThat(Tensors.floats(fixed.detach()))
                    .containsExactly(Tensors.floats(discriminator.logits(images).detach()));
            fixed.mean().backward();
            assertThat(weights.asMap().values())
                    .noneMatch(weight -> weight.grad().defined());
            assertThat(images.grad().abs().sum().item_double()).isPositive();
        }
    }

    /** Images of random pixels, {@code [count, 3, side, side]}. */
    private static Tensor images(int side, int count) {
        return Tensors.uniform(CounterRandom.of(5, "images").key(), -1, 1, count, 3, side, side);
    }
}
