package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("processor")
@ExtendWith(NativeMemory.class)
class PackedModelTests {
    private static final TokenGrid GRID = new TokenGrid(3, 3);
    private static final int BATCH = 2;

    static Stream<Named<LongFunction<AutoregressiveModel>>> models() {
        return Stream.of(
                Named.of("position instruction", seed -> anyOrder(Formulation.POSITION_INSTRUCTION, seed)),
                Named.of("dual position", seed -> anyOrder(Formulation.DUAL_POSITION, seed)),
                Named.of(
                        "RAR",
                        seed -> TinyModels.anyOrderRar(GRID, seed, torch.ScalarType.Float)),
                Named.of("ARPG", seed -> TinyModels.arpg(GRID, seed, torch.ScalarType.Float)));
    }

    private static AutoregressiveModel anyOrder(Formulation formulation, long seed) {
        return TinyModels.transformer(formulation, GRID, seed, torch.ScalarType.Float);
    }

    @ParameterizedTest
    @MethodSource("models")
    void givesTheLogitsOfTheModelItself(LongFunction<AutoregressiveModel> made) {
        for (long seed = 1; seed <= 3; seed++) {
            try (AutoregressiveModel model = made.apply(seed);
                    AutoregressiveModel exact = model.packed(WeightFormat.FLOAT32);
                    AutoregressiveModel rough = model.packed(WeightFormat.BFLOAT16);
                    AutoregressiveModel roughest = model.packed(WeightFormat.INT8)) {
                float[] expected = logits(model, seed);
                assertThat(distance(logits(exact, seed), expected))
                        .as("seed " + seed)
                        .isLessThan(1e-5);
                assertThat(distance(logits(rough, seed), expected))
                        .as("seed " + seed)
                        .isBetween(1e-6, 0.05);
                assertThat(distance(logits(roughest, seed), expected))
                        .as("seed " + seed)
                        .isBetween(1e-6, 0.1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void decodesAsTheModelItself(LongFunction<AutoregressiveModel> made) {
        for (long seed = 1; seed <= 3; seed++) {
            try (AutoregressiveModel model = made.apply(seed);
                    AutoregressiveModel packed = model.packed(WeightFormat.FLOAT32);
                    DecodingState state = model.start(new int[] {0, 1});
                    DecodingState packedState = packed.start(new int[] {0, 1});
                    TensorScope ignored = TensorScope.open()) {
                for (int cell : new int[] {4, 0, 7}) {
                    int[][] asked = {{cell}, {cell}};
                    float[] expected = Tensors.floats(state.peek(asked));
                    assertThat(distance(Tensors.floats(packedState.peek(asked)), expected))
                            .as("seed " + seed + ", cell " + cell)
                            .isLessThan(1e-5);
                    state.commit(asked, new int[][] {{3}, {cell}});
                    packedState.commit(asked, new int[][] {{3}, {cell}});
                }
            }
        }
    }

    /** The root of the mean squared difference, over that of the expected numbers. */
    private static double distance(float[] actual, float[] expected) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow(actual[i] - expected[i], 2);
            size += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / size);
    }

    private static float[] logits(AutoregressiveModel model, long seed) {
        CounterRandom random = CounterRandom.of(seed, "packed");
        int cells = GRID.cells();
        int[][] tokens = new int[BATCH][cells];
        int[][] orders = new int[BATCH][];
        for (int row = 0; row < BATCH; row++) {
            for (int cell = 0; cell < cells; cell++) {
                tokens[row][cell] = random.integer(11, (long) row * cells + cell);
            }
            orders[row] = GenerationOrder.uniform(cells, random.derive(row)).toArray();
        }
        return TensorScope.compute(() -> {
            Tensor logits =
                    model.logits(Tensors.of(tokens), Tensors.of(new int[] {0, 2}, BATCH), Tensors.of(orders), false);
            return Tensors.floats(logits);
        });
    }
}
