package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.testing.NativeMemory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemory.class)
class WeightsTests {
    @Test
    void namesKeepTheirSequence() {
        try (Weights weights = weights(1)) {
            assertThat(weights.names()).containsExactly("b", "a");
            assertThat(weights.asMap().keySet()).containsExactly("b", "a");
            assertThat(weights.parameterCount()).isEqualTo(7);
        }
    }

    @Test
    void aCopyIsIndependentAndWithoutGradients() {
        try (Weights weights = weights(1).requireGradient(true);
                Weights copy = weights.copy()) {
            TensorScope.run(() -> Tensors.runWithoutGradient(() -> {
                Tensor changed = weights.get("a").add_(new Scalar(1));
                assertThat(Tensors.floats(changed)).containsExactly(2);
            }));
            TensorScope.run(() -> assertThat(Tensors.floats(copy.get("a"))).containsExactly(1));
            assertThat(copy.get("a").requires_grad()).isFalse();
        }
    }

    @Test
    void integersKeepTheirTypeWhenNumbersChangeTheirs() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try (Weights mixed = TensorScope.compute(() -> {
                    tensors.put("number", Tensors.of(new float[] {1}, 1));
                    tensors.put("count", Tensors.of(new long[] {3}, 1));
                    return Weights.owning(tensors);
                });
                Weights half = mixed.to(torch.ScalarType.BFloat16)) {
            assertThat(half.get("number").scalar_type().intern()).isEqualTo(torch.ScalarType.BFloat16);
            assertThat(half.get("count").scalar_type().intern()).isEqualTo(torch.ScalarType.Long);
        }
    }

    @Test
    void aMissingNameIsNamed() {
        try (Weights weights = weights(1)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> weights.get("c"))
                    .withMessageContaining("'c'")
                    .withMessageContaining("[b, a]");
        }
    }

    @Test
    void missingSurplusAndMisshapedWeightsAreNamedWithOwnerKeyAndShapes() {
        try (Weights weights = weights(1)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> weights.requireShapes(
                            "the tokenizer", Map.of("a", new long[] {1}, "b", new long[] {2, 3}, "c", new long[] {4})))
                    .withMessageContaining("the tokenizer needs a weight named 'c'")
                    .withMessageContaining("1 missing");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> weights.requireShapes("the tokenizer", Map.of("b", new long[] {2, 3})))
                    .withMessageContaining("no place for a weight named 'a'");
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            weights.requireShapes("the tokenizer", Map.of("a", new long[] {1}, "b", new long[] {3, 2})))
                    .withMessageContaining("'b' with shape [3, 2]")
                    .withMessageContaining("has [2, 3]");
            weights.requireShapes("the tokenizer", Weights.shapes(weights));
        }
    }

    @Test
    void whatIsUnwantedIsFreedAndTheRestHandedOn() {
        Weights weights = weights(1);
        try (Weights rest = weights.without(Set.of("b", "not there"))) {
            assertThat(rest.names()).containsExactly("a");
            TensorScope.run(() -> assertThat(Tensors.floats(rest.get("a"))).containsExactly(1));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> weights.get("a"))
                    .withMessageContaining("closed");
        }
    }

    @Test
    void closedWeightsAreNotHandedOutAndMayBeClosedTwice() {
        Weights weights = weights(1);
        weights.close();
        weights.close();
        assertThatIllegalArgumentException().isThrownBy(() -> weights.get("a")).withMessageContaining("closed");
    }

    private static Weights weights(double value) {
        return TensorScope.compute(() -> {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put("b", Tensors.full(value, torch.ScalarType.Float, 2, 3));
            tensors.put("a", Tensors.full(value, torch.ScalarType.Float, 1));
            return Weights.owning(tensors);
        });
    }
}
