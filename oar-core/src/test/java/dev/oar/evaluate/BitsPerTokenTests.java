package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.data.MeasuredTokens;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.AutoregressiveModel;
import dev.oar.model.DecodingState;
import dev.oar.model.TrainedOrders;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.BitSet;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class BitsPerTokenTests {
    private static final TokenGrid GRID = new TokenGrid(2, 3);

    @ParameterizedTest
    @CsvSource({"1, POSITION_INSTRUCTION", "2, POSITION_INSTRUCTION", "1, DUAL_POSITION", "2, DUAL_POSITION"})
    void theFigureIsTheCodeLengthOfCommittingTokenByToken(long seed, Formulation formulation) {
        try (AnyOrderTransformer model = TinyModels.transformer(formulation, GRID, seed, torch.ScalarType.Double)) {
            TokensInMemory tokens = TokensInMemory.random(seed, 2, 6, 11, 3);
            TestOrders orders = TestOrders.random(6, seed);
            double expected = 0;
            for (int image = 0; image < 2; image++) {
                expected += stepwise(model, tokens, image, orders.orderOfImage().apply(image)) / 2;
            }
            BitsPerToken figure = BitsPerToken.measure(model, tokens, orders, 4);
            assertThat(figure.bits().point()).as("seed %d", seed).isCloseTo(expected, within(1e-9));
            assertThat(figure.bitsOfStep()).hasSize(6);
            assertThat(java.util.Arrays.stream(figure.bitsOfStep()).average().orElseThrow())
                    .isCloseTo(expected, within(1e-9));
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void neitherBatchSizeNorCopiesWithinAFamilyMatter(Formulation formulation) {
        try (AnyOrderTransformer model = TinyModels.transformer(formulation, GRID, 3, torch.ScalarType.Double)) {
            TokensInMemory tokens = TokensInMemory.random(3, 7, 6, 11, 3);
            TestOrders orders = TestOrders.raster(6);
            BitsPerToken figure = BitsPerToken.measure(model, tokens, orders, 3);
            BitsPerToken wider = BitsPerToken.measure(model, tokens, orders, 7);
            BitsPerToken copied = BitsPerToken.measure(model, tokens.withCopies(2, 5), orders, 3);
            assertThat(wider.families().values())
                    .containsExactly(figure.families().values(), within(1e-9));
            assertThat(copied.families().values())
                    .containsExactly(figure.families().values(), within(1e-9));
            assertThat(copied.bits().point()).isCloseTo(figure.bits().point(), within(1e-9));
            assertThat(figure.bits().bounded()).isTrue();
        }
    }

    /** The bits of a hole are those that the cells of the hole cost after all others, and no others count. */
    @ParameterizedTest
    @EnumSource(Formulation.class)
    void aHoleCostsWhatItsCellsCostBehindAllOthers(Formulation formulation) {
        BitSet hole = new BitSet();
        hole.set(1);
        hole.set(4);
        try (AnyOrderTransformer model = TinyModels.transformer(formulation, GRID, 7, torch.ScalarType.Double)) {
            TokensInMemory tokens = TokensInMemory.random(7, 3, 6, 11, 3);
            TestOrders orders = TestOrders.hole("hole", 6, hole, 7);
            BitsPerToken figure = BitsPerToken.measure(model, tokens, orders, 3);
            TestOrders whole = TestOrders.extracted("whole", orders.orderOfImage());
            double[] ofStep = BitsPerToken.measure(model, tokens, whole, 3).bitsOfStep();
            assertThat(figure.bitsOfStep()).containsExactly(new double[] {ofStep[4], ofStep[5]}, within(1e-9));
            assertThat(figure.bits().point()).isCloseTo((ofStep[4] + ofStep[5]) / 2, within(1e-9));
            int[] order = orders.orderOfImage().apply(2).toArray();
            assertThat(new int[] {order[4], order[5]}).containsExactlyInAnyOrder(1, 4);
        }
        assertThatThrownBy(() -> TestOrders.hole("nothing", 6, new BitSet(), 7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing has 0 cells");
        hole.set(0, 6);
        assertThatThrownBy(() -> TestOrders.hole("everything", 6, hole, 7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("leave at least one cell given");
    }

    /** Baselines that know raster order alone are measured in it like any other model, and in no other order. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRasterBaselineIsMeasuredInRasterOrderAlone(boolean llamaGen) {
        try (AutoregressiveModel model = llamaGen
                ? TinyModels.llamaGen(GRID, 5, torch.ScalarType.Double)
                : TinyModels.rar(TrainedOrders.RASTER, GRID, 5, torch.ScalarType.Double)) {
            TokensInMemory tokens = TokensInMemory.random(5, 3, 6, 11, 3);
            TestOrders raster = TestOrders.raster(6);
            double expected = 0;
            for (int image = 0; image < 3; image++) {
                expected += stepwise(model, tokens, image, GenerationOrder.raster(6)) / 3;
            }
            assertThat(BitsPerToken.measure(model, tokens, raster, 2).bits().point())
                    .isCloseTo(expected, within(1e-9));
            assertThatThrownBy(() -> BitsPerToken.measure(model, tokens, TestOrders.random(6, 5), 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("trained for raster order only predicts in that order alone")
                    .hasMessageContaining("the orders are random");
        }
    }

    @Test
    void orderThatLooksAtTheAnswersIsMarked() {
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 3, torch.ScalarType.Double)) {
            TokensInMemory tokens = TokensInMemory.random(3, 4, 6, 11, 3);
            TestOrders orders = TestOrders.extractedKnowingTheAnswers("truth", image -> GenerationOrder.raster(6));
            BitsPerToken figure = BitsPerToken.measure(model, tokens, orders, 3);
            assertThat(figure.metric().name()).isEqualTo("bits per token (not a code length)");
            assertThat(figure.toString()).contains("not a code length");
        }
    }

    @Test
    void tokensOfAnotherTokenizerAreRefused() {
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 3, torch.ScalarType.Double)) {
            TestOrders orders = TestOrders.raster(6);
            assertThatThrownBy(() -> BitsPerToken.measure(model, TokensInMemory.random(1, 9, 6, 40, 3), orders, 9))
                    .hasMessageContaining("6 tokens below 11");
            assertThatThrownBy(() -> BitsPerToken.measure(model, TokensInMemory.random(1, 9, 8, 11, 3), orders, 9))
                    .hasMessageContaining("has 8 up to");
            assertThatThrownBy(() -> BitsPerToken.measure(model, TokensInMemory.random(1, 9, 6, 11, 30), orders, 9))
                    .hasMessageContaining("classes below 3");
        }
    }

    private static double stepwise(AutoregressiveModel model, MeasuredTokens tokens, int image, GenerationOrder order) {
        return Tensors.withoutGradient(() -> {
            try (TensorScope ignored = TensorScope.open();
                    DecodingState state = model.start(new int[] {tokens.classIndex(image)})) {
                double bits = 0;
                for (int step = 0; step < order.length(); step++) {
                    int[][] cell = {{order.cellAt(step)}};
                    int token = tokens.tokens(image)[order.cellAt(step)];
                    Tensor logits = state.peek(cell).view(-1);
                    bits -= Tensors.doubles(torch.log_softmax(logits, 0))[token] / Math.log(2);
                    state.commit(cell, new int[][] {{token}});
                }
                return bits / order.length();
            }
        });
    }
}
