package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.order.CounterRandom;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class LlamaGenGptTests {
    private static final TokenSpace SPACE = new TokenSpace(new TokenGrid(3, 3), 11, 3);
    private static final int BATCH = 2;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void everyStepOfDecodingEqualsTheForwardOverWholeImages(long seed) {
        try (LlamaGenGpt model = model(seed);
                TensorScope ignored = TensorScope.open()) {
            int[][] tokens = tokens(seed);
            int[] conditions = {(int) (seed % 3), SPACE.unconditional()};
            Tensor raster = Tensors.range(0, SPACE.cells()).expand(BATCH, SPACE.cells());
            double[] whole =
                    Tensors.doubles(model.logits(Tensors.of(tokens), Tensors.of(conditions, BATCH), raster, false));
            try (DecodingState state = model.start(conditions)) {
                for (int cell = 0; cell < SPACE.cells(); cell++) {
                    int[][] next = {{cell}, {cell}};
                    double[] asked = Tensors.doubles(state.peek(next));
                    // Asking again changes nothing.
                    assertThat(Tensors.doubles(state.predictGroup(next)))
                            .as("seed %d, cell %d, asked twice", seed, cell)
                            .containsExactly(asked, within(1e-12));
                    for (int row = 0; row < BATCH; row++) {
                        for (int code = 0; code < SPACE.vocabularySize(); code++) {
                            assertThat(asked[row * SPACE.vocabularySize() + code])
                                    .as("seed %d, cell %d, row %d, code %d", seed, cell, row, code)
                                    .isCloseTo(
                                            whole[(row * SPACE.cells() + cell) * SPACE.vocabularySize() + code],
                                            within(1e-12));
                        }
                    }
                    state.commit(next, new int[][] {{tokens[0][cell]}, {tokens[1][cell]}});
                }
                assertThat(state.committed()).isEqualTo(SPACE.cells());
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {5, 6})
    void aPrefixCommittedAtOnceEqualsOneCommittedCellByCell(long seed) {
        try (LlamaGenGpt model = model(seed);
                TensorScope ignored = TensorScope.open();
                DecodingState together = model.start(new int[] {0, 1});
                DecodingState single = model.start(new int[] {0, 1})) {
            int[][] tokens = tokens(seed);
            together.commit(new int[][] {{0, 1, 2}, {0, 1, 2}}, new int[][] {
                {tokens[0][0], tokens[0][1], tokens[0][2]}, {tokens[1][0], tokens[1][1], tokens[1][2]}
            });
            for (int cell = 0; cell < 3; cell++) {
                single.commit(new int[][] {{cell}, {cell}}, new int[][] {{tokens[0][cell]}, {tokens[1][cell]}});
            }
            assertThat(Tensors.doubles(together.peek(new int[][] {{3}, {3}})))
                    .as("seed " + seed)
                    .containsExactly(Tensors.doubles(single.peek(new int[][] {{3}, {3}})), within(1e-12));
        }
    }

    @Test
    void anyCellButTheNextIsRefusedWithTheReason() {
        try (LlamaGenGpt model = model(1);
                DecodingState state = model.start(new int[] {0, 0})) {
            assertThatThrownBy(() -> state.peek(new int[][] {{1}, {0}}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("raster order only");
            assertThatThrownBy(() -> state.peek(new int[][] {{0, 1}, {0, 1}}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("raster order only");
            assertThatThrownBy(() -> state.commit(new int[][] {{2}, {2}}, new int[][] {{0}, {0}}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("raster order only");
        }
    }

    private static int[][] tokens(long seed) {
        CounterRandom random = CounterRandom.of(seed, "tokens");
        int[][] tokens = new int[BATCH][SPACE.cells()];
        for (int row = 0; row < BATCH; row++) {
            for (int cell = 0; cell < SPACE.cells(); cell++) {
                tokens[row][cell] = random.derive(row).integer(SPACE.vocabularySize(), cell);
            }
        }
        return tokens;
    }

    private static LlamaGenGpt model(long seed) {
        LlamaGenGptConfig config = LlamaGenGptConfig.of(32, 2, 4);
        CounterRandom random = CounterRandom.of(seed, "tiny GPT");
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            LlamaGenGpt.shapes(config, SPACE)
                    .forEach((name, shape) -> tensors.put(
                            name,
                            Tensors.normal(random.bits(tensors.size()), shape)
                                    .to(torch.ScalarType.Double)
                                    .mul(new Scalar(0.3))));
            return new LlamaGenGpt(config, SPACE, Weights.owning(tensors));
        }
    }
}
