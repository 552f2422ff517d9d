package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.EnlargedGrid;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The view of a transformer on a larger grid. */
@ExtendWith(NativeMemory.class)
class EnlargedTransformerTests {
    private static final TokenGrid GRID = new TokenGrid(2, 3);
    private static final int HEAD_WIDTH = 16;
    private static final double TOLERANCE = 1e-12;

    private static AnyOrderTransformer model() {
        return TinyModels.transformer(Formulation.POSITION_INSTRUCTION, GRID, 1, torch.ScalarType.Double);
    }

    private static Tensor extrapolated(int boundary) {
        return torch.view_as_real(RotaryEmbedding2d.extrapolated(
                new EnlargedGrid(GRID, 2),
                RotaryEmbedding2d.Nowhere.ZERO,
                boundary,
                HEAD_WIDTH,
                10000,
                torch.ScalarType.Double));
    }

    @Test
    void fastFrequenciesCountCellsAndSlowOnesAreStretched() {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor counted = torch.view_as_real(
                    RotaryEmbedding2d.table(new TokenGrid(4, 6), HEAD_WIDTH, 10000, torch.ScalarType.Double));
            assertThat(Tensors.doubles(extrapolated(4))).isEqualTo(Tensors.doubles(counted));
            Tensor mixed = extrapolated(1);
            // Frequencies 0 and 4 are the fastest of rows and columns.
            for (int fast : new int[] {0, 4}) {
                Golden.assertClose("frequency " + fast, mixed.select(1, fast), counted.select(1, fast), TOLERANCE);
            }
            Tensor trained =
                    torch.view_as_real(RotaryEmbedding2d.table(GRID, HEAD_WIDTH, 10000, torch.ScalarType.Double));
            Tensor stretched = extrapolated(0);
            // The corners of the enlarged grid stand where those of the grid of training stood.
            Golden.assertClose("last cell", stretched.select(0, 24), trained.select(0, 6), TOLERANCE);
            Golden.assertClose("end of the first row", stretched.select(0, 6), trained.select(0, 3), TOLERANCE);
            Golden.assertClose("nowhere", mixed.select(0, 0), trained.select(0, 0), 0);
            for (int slow : new int[] {1, 2, 3, 5, 6, 7}) {
                Golden.assertClose("frequency " + slow, mixed.select(1, slow), stretched.select(1, slow), TOLERANCE);
            }
        }
    }

    @Test
    void aViewSharesTheWeightsAndClosingItLeavesTheModelUsable() {
        try (AnyOrderTransformer model = model();
                TensorScope ignored = TensorScope.open()) {
            try (AnyOrderTransformer view = model.enlarged(2, 2)) {
                assertThat(view.weights()).isSameAs(model.weights());
                assertThat(view.space()).isEqualTo(new TokenSpace(new TokenGrid(4, 6), 11, 3));
                try (DecodingState state = view.start(new int[] {1})) {
                    assertThat(state.peek(new int[][] {{23, 5}}).shape()).containsExactly(1, 2, 11);
                }
            }
            try (DecodingState state = model.start(new int[] {1})) {
                assertThat(state.peek(new int[][] {{5}}).shape()).containsExactly(1, 1, 11);
            }
        }
    }

    @Test
    void withoutStretchingAndOnTheSameCellsAViewAnswersAsItsModel() {
        TokenGrid row = new TokenGrid(1, 4);
        try (AnyOrderTransformer model =
                        TinyModels.transformer(Formulation.POSITION_INSTRUCTION, row, 2, torch.ScalarType.Double);
                AnyOrderTransformer view = model.enlarged(2, 2);
                TensorScope ignored = TensorScope.open();
                DecodingState own = model.start(new int[] {1});
                DecodingState larger = view.start(new int[] {1})) {
            int[][] cells = {{3, 1}};
            int[][] tokens = {{7, 4}};
            own.commit(cells, tokens);
            larger.commit(cells, tokens);
            int[][] asked = {{0, 2}};
            Golden.assertClose("logits", larger.peek(asked), own.peek(asked), TOLERANCE);
        }
    }

    @Test
    void aMaskedTokenIsNotSeenButItsCellIs() {
        try (AnyOrderTransformer model = model();
                TensorScope ignored = TensorScope.open()) {
            int[][] cells = {{3, 1}};
            double[] seven = behind(model, cells, new int[][] {{7, 4}}, new boolean[][] {{true, false}});
            double[] two = behind(model, cells, new int[][] {{2, 4}}, new boolean[][] {{true, false}});
            assertThat(seven).isEqualTo(two);
            double[] seen = behind(model, cells, new int[][] {{7, 4}}, new boolean[][] {{false, false}});
            assertThat(seen).isNotEqualTo(seven);
            double[] elsewhere =
                    behind(model, new int[][] {{5, 1}}, new int[][] {{7, 4}}, new boolean[][] {{true, false}});
            assertThat(elsewhere).isNotEqualTo(seven);
            try (DecodingState state = model.start(new int[] {1})) {
                state.commit(cells, new int[][] {{7, 4}});
                assertThat(Tensors.doubles(state.peek(new int[][] {{0, 2}}))).isEqualTo(seen);
            }
        }
    }

    private static double[] behind(AnyOrderTransformer model, int[][] cells, int[][] tokens, boolean[][] masked) {
        try (DecodingState state = model.start(new int[] {1})) {
            state.commitMasked(cells, tokens, masked);
            return Tensors.doubles(state.peek(new int[][] {{0, 2}}));
        }
    }

    @Test
    void learnedPositionsAndBoundariesOutOfRangeAreRefused() {
        try (AnyOrderTransformer dual =
                        TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 1, torch.ScalarType.Float);
                AnyOrderTransformer model = model()) {
            assertThatThrownBy(() -> dual.enlarged(2, 2).close())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("DUAL_POSITION");
            assertThatThrownBy(() -> model.enlarged(2, 3).close())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0 .. 2");
            assertThatThrownBy(() -> model.enlarged(1, 2).close()).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
