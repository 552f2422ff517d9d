package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ARPG adds to the laws of the decoding seam, in float64. */
@ExtendWith(NativeMemory.class)
class ArpgTransformerTests {
    private static final int CELLS = CommittedWalk.GRID.cells();
    private static final double TOLERANCE = 1e-11;

    private static ArpgTransformer model(long seed) {
        return TinyModels.arpg(CommittedWalk.GRID, seed, torch.ScalarType.Double);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3})
    void tokensOfAPredictedGroupSeeOneAnotherSoThatTheirSequenceDoesNotMatter(long seed) {
        try (ArpgTransformer model = model(seed);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(seed);
            double[] grouped = afterGroup(model, walk, 2, 6, true);
            double[] causal = afterGroup(model, walk, 2, 6, false);
            for (int[] order : walk.orders) {
                int moved = order[2];
                order[2] = order[5];
                order[5] = moved;
            }
            double[] groupedTurned = afterGroup(model, walk, 2, 6, true);
            double[] causalTurned = afterGroup(model, walk, 2, 6, false);
            assertThat(largestDifference(grouped, groupedTurned))
                    .as("seed " + seed)
                    .isLessThan(TOLERANCE);
            assertThat(largestDifference(causal, causalTurned))
                    .as("seed " + seed)
                    .isGreaterThan(1e-3);
            assertThat(largestDifference(grouped, causal)).as("seed " + seed).isGreaterThan(1e-3);
        }
    }

    /** Logits of the last four cells behind a group, and behind two causal tokens in front of it. */
    private static double[] afterGroup(ArpgTransformer model, CommittedWalk walk, int from, int to, boolean predicted) {
        try (DecodingState state = model.start(walk.conditions)) {
            walk.commit(state, 0, from);
            if (predicted) {
                var unused = state.predictGroup(walk.cells(from, to));
            } else {
                var unused = state.peek(walk.cells(from, to));
            }
            walk.commit(state, from, to);
            return Tensors.doubles(state.peek(walk.cells(8, CELLS)));
        }
    }

    @Test
    void onlyExactlyThePredictedCellsFormAGroup() {
        try (ArpgTransformer model = model(5);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(5);
            double[] causal = afterGroup(model, walk, 0, 4, false);
            try (DecodingState state = model.start(walk.conditions)) {
                var unused = state.predictGroup(walk.cells(0, 5));
                walk.commit(state, 0, 4);
                double[] fewer = Tensors.doubles(state.peek(walk.cells(8, CELLS)));
                assertThat(largestDifference(fewer, causal)).isLessThan(TOLERANCE);
            }
            try (DecodingState state = model.start(walk.conditions)) {
                var unused = state.predictGroup(walk.cells(0, 4));
                for (int i = 0; i < 4; i++) {
                    walk.commit(state, i, i + 1);
                }
                double[] oneByOne = Tensors.doubles(state.peek(walk.cells(8, CELLS)));
                assertThat(largestDifference(oneByOne, causal)).isLessThan(TOLERANCE);
            }
        }
    }

    @Test
    void beforeTheFirstCommitAllCellsAreExactlyTied() {
        try (ArpgTransformer model = model(9);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(9);
            Tensor teacherForced = walk.logits(model).select(1, 0);
            try (DecodingState state = model.start(walk.conditions)) {
                Tensor peeked = state.peek(walk.cells(0, CELLS));
                for (int i = 0; i < CELLS; i++) {
                    assertThat(Tensors.doubles(peeked.select(1, i)))
                            .as("cell " + i)
                            .isEqualTo(Tensors.doubles(peeked.select(1, 0)));
                }
                Golden.assertClose("teacher-forced", peeked.select(1, 0), teacherForced, TOLERANCE);
                walk.commit(state, 0, 1);
                Tensor behindOne = state.peek(walk.cells(1, CELLS));
                assertThat(Tensors.doubles(behindOne.select(1, 0)))
                        .isNotEqualTo(Tensors.doubles(behindOne.select(1, 1)));
            }
        }
    }

    private static double largestDifference(double[] values, double[] others) {
        return IntStream.range(0, values.length)
                .mapToDouble(i -> Math.abs(values[i] - others[i]))
                .max()
                .orElseThrow();
    }
}
