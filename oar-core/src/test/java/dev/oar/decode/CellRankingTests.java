package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks of candidates whose probabilities and noise are chosen by hand. */
@ExtendWith(NativeMemory.class)
class CellRankingTests {
    /** A row of four cells: the distances are 1 to 3, the diagonal is 3. */
    private static final TokenGrid GRID = new TokenGrid(1, 4);

    private static final CellRanking.Noise SILENCE = (row, cell) -> {
        throw new AssertionError("a greedy order draws no noise");
    };
    private static final double HARDLY = 1e-9;

    @ParameterizedTest
    @CsvSource({"0.5, 0", "2, 0", "2, 1", "2, 2", "0.5, 2"})
    void noiseIsAddedToTheLogConfidenceByTheShareOfTheStep(double noise, int filled) {
        double scale = noise * share(filled);
        double enough = Math.log(0.9 / 0.6) / scale;
        OrderPolicy.MostConfidentFirst policy = policy(0, noise);
        int[] cells = {2, 3};
        for (double gumbel : new double[] {enough - HARDLY, enough + HARDLY}) {
            int[] best =
                    best(policy, new int[] {0, 1}, filled, (row, cell) -> cell == 3 ? gumbel : 0, cells, 1, 0.9, 0.6);
            assertThat(best)
                    .as("noise %s, %d filled, gumbel %s", noise, filled, gumbel)
                    .containsExactly(gumbel > enough ? 1 : 0);
        }
    }

    @Test
    void everyRowAndCellHasItsOwnNoise() {
        List<String> asked = new ArrayList<>();
        CellRanking.Noise noise = (row, cell) -> {
            asked.add(row + " " + cell);
            return row == 1 && cell == 3 ? 9 : 0;
        };
        CellRanking ranking = new CellRanking(policy(0, 1), 0.5, new NearestFilled(GRID, 2), noise);
        int[][] best = TensorScope.compute(() ->
                ranking.best(scores(logits(0.9, 0.6, 0.9, 0.6)), new int[][] {{2, 3}, {0, 3}}, 1));
        assertThat(best).isDeepEqualTo(new int[][] {{0}, {1}});
        assertThat(asked).containsExactly("0 2", "0 3", "1 0", "1 3");
    }

    @ParameterizedTest
    @CsvSource({"0.9, 0.6, 0", "0.9, 0.6, 2", "0.99, 0.501, 1", "0.5000001, 0.5, 0"})
    void noiseInUnitsOfTheSpreadDisturbsAsMuchHoweverFarTheConfidencesLieApart(
            double first, double second, int filled) {
        // Of two numbers the deviation is half their distance, so that two deviations of noise outweigh it.
        OrderPolicy.MostConfidentFirst policy = policy(new OrderNoise.OfSpread(0.8));
        double enough = 2 / (0.8 * share(filled));
        for (double gumbel : new double[] {enough * (1 - HARDLY), enough * (1 + HARDLY)}) {
            int[] best = best(
                    policy,
                    new int[] {0, 1},
                    filled,
                    (row, cell) -> cell == 3 ? gumbel : 0,
                    new int[] {2, 3},
                    1,
                    first,
                    second);
            assertThat(best)
                    .as("%s and %s, %d filled, gumbel %s", first, second, filled, gumbel)
                    .containsExactly(gumbel > enough ? 1 : 0);
        }
    }

    @Test
    void whereAllCandidatesTieNoiseInUnitsOfTheSpreadDecidesAlone() {
        int[] best = best(
                policy(new OrderNoise.OfSpread(0.001)),
                new int[0],
                0,
                (row, cell) -> new double[] {0.1, 0.3, 0.2, -1}[cell],
                new int[] {0, 1, 2, 3},
                4,
                0.7,
                0.7,
                0.7,
                0.7);
        assertThat(best).containsExactly(1, 2, 0, 3);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 1e6, Double.NaN})
    void aScaleOfNoiseOutOfRangeIsRefused(double scale) {
        assertThatThrownBy(() -> new OrderNoise.OfSpread(scale))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but is " + scale);
        assertThatThrownBy(() -> new OrderNoise.OfLogarithm(scale))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but is " + scale);
    }

    @ParameterizedTest
    @CsvSource({
        "CONSTANT, 1, 1",
        "CONSTANT, 0.25, 1",
        "LINEAR, 1, 1",
        "LINEAR, 0.25, 0.25",
        "COSINE, 1, 1",
        "COSINE, 0.5, 0.7071067811865476",
        "COSINE, 0.3333333333333333, 0.5",
        "COSINE, 0.25, 0.3826834323650898"
    })
    void noiseIsAnnealedByTheShareOfCellsThatIsLeft(OrderNoise.Annealing annealing, double left, double share) {
        assertThat(annealing.share(left)).isCloseTo(share, within(1e-15));
    }

    @Test
    void noiseFadesLinearlyUnlessToldOtherwise() {
        assertThat(new OrderNoise.OfLogarithm(2).annealing()).isEqualTo(OrderNoise.Annealing.LINEAR);
        assertThat(new OrderNoise.OfSpread(2).annealing()).isEqualTo(OrderNoise.Annealing.LINEAR);
        for (double left = 1; left > 0; left -= 0.0625) {
            assertThat(OrderNoise.Annealing.LINEAR.share(left)).isEqualTo(left);
        }
    }

    @Test
    void withoutNoiseLocalityIsSubtractedFromTheConfidenceItself() {
        // Cell 0 is filled: cell 1 is one cell away, cell 3 three, in diagonals of three cells a third and one.
        double enough = (0.9 - 0.6) / (1 - 1.0 / 3);
        assertThat(nearOrFar(enough - HARDLY, 0, 1)).containsExactly(1);
        assertThat(nearOrFar(enough + HARDLY, 0, 1)).containsExactly(0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 3})
    void withNoiseLocalityIsSubtractedFromTheLogConfidence(double noise) {
        double enough = Math.log(0.9 / 0.6) / (1 - 1.0 / 3);
        assertThat(nearOrFar(enough - HARDLY, noise, 1)).containsExactly(1);
        assertThat(nearOrFar(enough + HARDLY, noise, 1)).containsExactly(0);
    }

    @Test
    void atTheFirstStepThereIsNoLocality() {
        assertThat(nearOrFar(1000, 0, 0)).containsExactly(1);
        assertThat(nearOrFar(1000, 1, 0)).containsExactly(1);
    }

    /** Which of the near cell 1 (probability 0.6) and the far cell 3 (0.9) is best when the first cells of the row are filled. */
    private static int[] nearOrFar(double locality, double noise, int filled) {
        return best(
                policy(locality, noise),
                new int[] {0},
                filled,
                noise > 0 ? (row, cell) -> 0 : SILENCE,
                new int[] {1, 3},
                1,
                0.6,
                0.9);
    }

    @Test
    void theDistanceIsThatToTheNearestFilledCell() {
        // Cells 0 and 3 are filled: cells 1 and 2 are as near as each other, whatever the weight.
        assertThat(best(policy(100, 0), new int[] {0, 3}, 2, SILENCE, new int[] {1, 2}, 1, 0.7, 0.71))
                .containsExactly(1);
    }

    @Test
    void severalCellsAStepComeBestFirstAndTiesGoToTheLowestCell() {
        int[] cells = {0, 1, 2, 3};
        int[] all = best(policy(0, 0), new int[0], 0, SILENCE, cells, 4, 0.6, 0.9, 0.6, 0.9);
        assertThat(all).containsExactly(1, 3, 0, 2);
        for (int size = 1; size < 4; size++) {
            assertThat(best(policy(0, 0), new int[0], 0, SILENCE, cells, size, 0.6, 0.9, 0.6, 0.9))
                    .as("%d cells", size)
                    .containsExactly(Arrays.copyOf(all, size));
        }
        int[] noisy = best(
                policy(0, 1),
                new int[0],
                0,
                (row, cell) -> new double[] {3, 0, 2, 1}[cell],
                cells,
                3,
                0.6,
                0.9,
                0.6,
                0.9);
        assertThat(noisy).containsExactly(0, 2, 3);
    }

    private static int[] best(
            OrderPolicy.MostConfidentFirst policy,
            int[] filledCells,
            int filled,
            CellRanking.Noise noise,
            int[] cells,
            int size,
            double... probabilities) {
        NearestFilled distances = new NearestFilled(GRID, 1);
        Arrays.stream(filledCells).limit(filled).forEach(cell -> distances.fill(0, cell));
        CellRanking ranking = new CellRanking(policy, share(filled), distances, noise);
        return TensorScope.compute(() -> {
            Tensor logits = logits(probabilities).view(1, cells.length, 2);
            return ranking.best(scores(logits), new int[][] {cells}, size);
        })[0];
    }

    private static Confidence.Scores scores(Tensor logits) {
        return ConfidenceMeasure.MAX_PROBABILITY.score(logits, Tensors.empty(torch.ScalarType.Long, 0));
    }

    private static double share(int filled) {
        return 1 - filled / 4.0;
    }

    /** Logits {@code [rows, 2, 2]} over two tokens, of which the first has these probabilities, all at least one half. */
    private static Tensor logits(double... probabilities) {
        double[] values = IntStream.range(0, 2 * probabilities.length)
                .mapToDouble(i -> i % 2 == 0 ? Math.log(probabilities[i / 2]) : Math.log(1 - probabilities[i / 2]))
                .toArray();
        return Tensors.of(values, probabilities.length / 2, 2, 2);
    }

    private static OrderPolicy.MostConfidentFirst policy(double locality, double noise) {
        return new OrderPolicy.MostConfidentFirst(
                ConfidenceMeasure.MAX_PROBABILITY, ConfidenceLogits.CONDITIONAL, locality, noise, 1);
    }

    private static OrderPolicy.MostConfidentFirst policy(OrderNoise noise) {
        return new OrderPolicy.MostConfidentFirst(
                ConfidenceMeasure.MAX_PROBABILITY, ConfidenceLogits.CONDITIONAL, 0, noise, 1, Optional.empty());
    }
}
