package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.testing.NativeMemory;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemory.class)
class TensorScopeTests {
    @Test
    void anOwnerIsClosedIfWhatTakesItOverCannotBeMade() {
        try (TensorScope ignored = TensorScope.open()) {
            Weights weights = Weights.owning(Map.of("a", Tensors.normal(1, 3)));
            assertThatThrownBy(() -> TensorScope.handedOver(weights, given -> {
                        throw new IllegalStateException("no room");
                    }))
                    .hasMessage("no room");
            assertThatThrownBy(() -> weights.get("a")).hasMessageContaining("closed");
            try (Weights taken =
                    TensorScope.handedOver(Weights.owning(Map.of("a", Tensors.normal(1, 3))), given -> given)) {
                assertThat(taken.get("a").numel()).isEqualTo(3);
            }
        }
    }

    @Test
    void everythingMadeInAScopeDiesWithIt() {
        long before = Pointer.totalCount();
        try (TensorScope ignored = TensorScope.open()) {
            Tensor sum = Tensors.of(new float[] {1, 2, 3}, 3).add(Tensors.full(2, torch.ScalarType.Float, 3));
            assertThat(Tensors.floats(sum)).containsExactly(3, 4, 5);
            assertThat(Pointer.totalCount()).isGreaterThan(before);
        }
        assertThat(Pointer.totalCount()).isEqualTo(before);
    }

    @Test
    void aKeptTensorLivesUntilTheScopeAroundEnds() {
        long before = Pointer.totalCount();
        try (TensorScope outer = TensorScope.open()) {
            Tensor kept = TensorScope.tensor(() -> Tensors.normal(1, 4, 4).matmul(Tensors.normal(2, 4, 4)));
            assertThat(Tensors.floats(kept)).hasSize(16);
            assertThat(outer).isNotNull();
        }
        assertThat(Pointer.totalCount()).isEqualTo(before);
    }

    @Test
    void weightsOutliveScopesUntilClosed() {
        long before = Pointer.totalCount();
        Weights weights;
        try (TensorScope ignored = TensorScope.open()) {
            weights = Weights.owning(Map.of("a", Tensors.of(new float[] {7}, 1)));
        }
        try (TensorScope ignored = TensorScope.open()) {
            assertThat(Tensors.floats(weights.get("a"))).containsExactly(7);
            try (Weights copy = weights.to(torch.ScalarType.Double)) {
                assertThat(Tensors.doubles(copy.get("a"))).containsExactly(7);
            }
        }
        weights.close();
        assertThat(Pointer.totalCount()).isEqualTo(before);
    }

    @Test
    void aTensorMayNotBeKeptWithoutAScopeAround() {
        assertThatThrownBy(() -> TensorScope.tensor(() -> Tensors.of(new float[] {1}, 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("open one around");
    }

    @Test
    void theLeakCheckFailsATestThatLeavesATensorBehind() {
        NativeMemory check = new NativeMemory();
        check.countBefore();
        Weights left = TensorScope.compute(() -> Weights.owning(Map.of("a", Tensors.of(new float[] {1}, 1))));
        assertThatThrownBy(check::requireNothingLeft)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("native pointers behind");
        left.close();
        check.requireNothingLeft();
    }

    @Test
    void memoryStaysFlatOverManySteps() {
        long before = Pointer.totalCount();
        for (int step = 0; step < 500; step++) {
            try (TensorScope ignored = TensorScope.open()) {
                Tensor weight = Tensors.normal(step, 32, 32).requires_grad_(true);
                Tensor loss = Tensors.normal(step + 1, 8, 32)
                        .matmul(weight)
                        .pow(new org.bytedeco.pytorch.Scalar(2))
                        .mean();
                loss.backward();
                assertThat(weight.grad().numel()).isEqualTo(1024);
            }
            assertThat(Pointer.totalCount()).as("step %d", step).isEqualTo(before);
        }
    }
}
