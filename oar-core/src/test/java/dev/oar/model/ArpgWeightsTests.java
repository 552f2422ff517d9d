package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes, initialisation and training of ARPG's weights. */
@ExtendWith(NativeMemory.class)
class ArpgWeightsTests {
    private static final TokenSpace SPACE = new TokenSpace(new TokenGrid(3, 4), 11, 3);

    /** Logits of two images, one with a class and one without. */
    private static Tensor logits(ArpgTransformer model, boolean training) {
        int[][] tokens = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0}, {5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 0, 0}};
        CounterRandom random = CounterRandom.of(1, "orders");
        int[][] orders = {
            GenerationOrder.uniform(12, random.derive(0)).toArray(),
            GenerationOrder.uniform(12, random.derive(1)).toArray()
        };
        return model.logits(
                Tensors.of(tokens), Tensors.of(new int[] {2, SPACE.unconditional()}, 2), Tensors.of(orders), training);
    }

    @Test
    void dropoutIsAppliedInTrainingOnly() {
        try (ArpgTransformer plain = TinyModels.arpg(SPACE.grid(), 7, torch.ScalarType.Float);
                ArpgTransformer dropping = new ArpgTransformer(
                        ArpgConfig.of(32, 4, 4), SPACE, plain.weights().copy());
                TensorScope ignored = TensorScope.open()) {
            double[] expected = Tensors.doubles(logits(plain, false));
            assertThat(Tensors.doubles(logits(plain, true))).isEqualTo(expected);
            assertThat(Tensors.doubles(logits(dropping, false))).isEqualTo(expected);
            assertThat(Tensors.doubles(logits(dropping, true))).isNotEqualTo(expected);
        }
    }

    @Test
    void everyWeightIsTrained() {
        try (ArpgTransformer model = TinyModels.arpg(SPACE.grid(), 8, torch.ScalarType.Double);
                TensorScope ignored = TensorScope.open()) {
            model.weights().requireGradient(true);
            logits(model, true).pow(new Scalar(2)).mean().backward();
            model.weights()
                    .asMap()
                    .forEach((name, weight) -> assertThat(
                                    weight.grad().abs().max().item_double())
                            .as(name)
                            .isGreaterThan(0));
        }
    }

    @ParameterizedTest
    @CsvSource({"1024, 24, 16, 320", "1280, 36, 20, 719", "1536, 48, 24, 1302"})
    void publishedSizesHaveThePublishedNumberOfParameters(int width, int layers, int heads, long millions) {
        TokenSpace space = new TokenSpace(TokenGrid.square(16), 16384, 1000);
        long parameters = ArpgTransformer.shapes(ArpgConfig.of(width, layers, heads), space).values().stream()
                .mapToLong(shape -> Arrays.stream(shape).reduce(1, Math::multiplyExact))
                .sum();
        assertThat(Math.round(parameters / 1e6)).isEqualTo(millions);
    }

    @Test
    void aFreshModelKnowsNothingYetAndIsAFunctionOfItsSeed() {
        String weight = "layers.cross_dec.0.attn.to_q.weight";
        try (ArpgTransformer model = ArpgTransformer.initialise(ArpgConfig.of(32, 2, 4), SPACE, 1);
                ArpgTransformer same = ArpgTransformer.initialise(ArpgConfig.of(32, 2, 4), SPACE, 1);
                ArpgTransformer other = ArpgTransformer.initialise(ArpgConfig.of(32, 2, 4), SPACE, 2);
                TensorScope ignored = TensorScope.open()) {
            assertThat(Tensors.doubles(logits(model, false))).containsOnly(0);
            float[] values = Tensors.floats(model.weights().get(weight));
            assertThat(Tensors.floats(same.weights().get(weight))).isEqualTo(values);
            assertThat(Tensors.floats(other.weights().get(weight))).isNotEqualTo(values);
            assertThat(model.trainedOrders()).isEqualTo(TrainedOrders.ANY);
            assertThat(model.config().trainedOrders()).isEqualTo(TrainedOrders.ANY);
        }
    }

    @Test
    void sizesThatDoNotFitAreRefusedWithOneSentence() {
        assertThatThrownBy(() -> ArpgConfig.of(32, 3, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("even")
                .hasMessageContaining("3");
        assertThatThrownBy(() -> ArpgConfig.of(30, 2, 4)).hasMessageContaining("divisible by heads");
        try (ArpgTransformer smaller = ArpgTransformer.initialise(ArpgConfig.of(32, 2, 4), SPACE, 1)) {
            assertThatThrownBy(() -> new ArpgTransformer(ArpgConfig.of(32, 4, 4), SPACE, smaller.weights()).close())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the ARPG transformer needs a weight named");
        }
    }
}
