package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class AdamWTests {
    private static final AdamW.Settings SETTINGS = new AdamW.Settings(0.9, 0.95, 1e-8, 0.05);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void stepsEqualThoseOfLibTorchsOwnOptimizer(long seed) {
        try (TensorScope ignored = TensorScope.open();
                Weights mine = matrix(seed);
                Weights theirs = matrix(seed);
                AdamW optimizer = new AdamW(mine, new AdamW.Settings(0.9, 0.999, 1e-8, 0.05), AdamW.matrices())) {
            var options = new AdamWOptions(0.01);
            options.eps().put(1e-8);
            options.weight_decay().put(0.05);
            var reference = new org.bytedeco.pytorch.AdamW(new TensorVector(theirs.get("matrix")), options);
            for (int number = 1; number <= 20; number++) {
                loss(mine, number).backward();
                loss(theirs, number).backward();
                optimizer.step(number, 0.01);
                reference.step();
                Gradients.drop(mine);
                Gradients.drop(theirs);
                Tensor difference =
                        mine.get("matrix").sub(theirs.get("matrix")).abs().max();
                assertThat(difference.item_double())
                        .as("seed %d, step %d", seed, number)
                        .isLessThan(1e-6);
            }
        }
    }

    @Test
    void onlyMatricesDecay() {
        try (TensorScope ignored = TensorScope.open();
                Weights weights = Weights.owning(Map.of(
                        "matrix", Tensors.of(new float[] {1, 1}, 2, 1), "scale", Tensors.of(new float[] {1, 1}, 2)));
                AdamW optimizer = new AdamW(weights, SETTINGS, AdamW.matrices())) {
            weights.requireGradient(true);
            weights.get("matrix")
                    .sum()
                    .add(weights.get("scale").sum())
                    .mul(new Scalar(0.0))
                    .backward();
            optimizer.step(1, 0.1);
            assertThat(Tensors.floats(weights.get("scale"))).containsExactly(1, 1);
            assertThat(Tensors.floats(weights.get("matrix"))).containsExactly(0.995f, 0.995f);
        }
    }

    @Test
    void aParameterWithoutAGradientStaysAsItIs() {
        try (Weights weights = matrix(5);
                Weights before = weights.copy();
                AdamW optimizer = new AdamW(weights, SETTINGS, AdamW.matrices())) {
            optimizer.step(1, 0.1);
            TensorScope.run(() -> assertThat(Tensors.floats(weights.get("matrix")))
                    .containsExactly(Tensors.floats(before.get("matrix"))));
        }
    }

    @Test
    void clippingReturnsTheNormBeforeAndBoundsTheNormAfter() {
        try (TensorScope ignored = TensorScope.open();
                Weights weights = pair()) {
            weights.requireGradient(true);
            weights.get("a")
                    .mul(new Scalar(3))
                    .add(weights.get("b").mul(new Scalar(4)))
                    .backward();
            assertThat(Gradients.clip(weights, Double.POSITIVE_INFINITY)).isCloseTo(5, within(1e-6));
            assertThat(Gradients.clip(weights, 1)).isCloseTo(5, within(1e-6));
            assertThat(Gradients.clip(weights, 1)).isCloseTo(1, within(1e-5));
            assertThat(weights.get("a").grad().item_double()).isCloseTo(0.6, within(1e-5));
            Gradients.drop(weights);
            assertThat(weights.get("a").grad().defined()).isFalse();
        }
    }

    @Test
    void theMovingAverageFollowsTheWeightsAndWarmsUp() {
        try (TensorScope ignored = TensorScope.open();
                Weights weights = pair();
                ExponentialMovingAverage average = new ExponentialMovingAverage(weights, 0.5)) {
            weights.get("a").fill_(new Scalar(11));
            average.update(1);
            assertThat(average.weights().get("a").item_double()).isCloseTo(11 - 10 * 2.0 / 11, within(1e-5));
            average.update(1000);
            assertThat(average.weights().get("a").item_double()).isCloseTo(11 - 5 * 2.0 / 11, within(1e-5));
            assertThat(weights.get("a").item_double()).isEqualTo(11);
        }
    }

    private static Weights pair() {
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put("a", Tensors.of(new float[] {1}, 1));
            tensors.put("b", Tensors.of(new float[] {1}, 1));
            return Weights.owning(tensors);
        }
    }

    private static Weights matrix(long seed) {
        try (TensorScope ignored = TensorScope.open()) {
            return Weights.owning(Map.of("matrix", Tensors.normal(seed, 5, 7))).requireGradient(true);
        }
    }

    private static Tensor loss(Weights weights, long number) {
        return Tensors.normal(number, 3, 5)
                .matmul(weights.get("matrix"))
                .pow(new Scalar(2))
                .mean();
    }
}
