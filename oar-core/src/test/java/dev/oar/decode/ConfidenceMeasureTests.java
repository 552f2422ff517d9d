package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NativeMemory.class)
class ConfidenceMeasureTests {
    @ParameterizedTest
    @EnumSource(ConfidenceMeasure.class)
    void valuesFollowTheirDefinition(ConfidenceMeasure measure) {
        for (long seed = 0; seed < 20; seed++) {
            try (TensorScope ignored = TensorScope.open()) {
                Tensor logits = Tensors.normal(seed, 1, 1, 20).mul(new org.bytedeco.pytorch.Scalar(2.0));
                int token = (int) (seed % 20);
                double[] raw = Tensors.doubles(logits);
                double total = Arrays.stream(raw).map(Math::exp).sum();
                double[] p = Arrays.stream(raw).map(l -> Math.exp(l) / total).toArray();
                double[] falling =
                        Arrays.stream(p).map(x -> -x).sorted().map(x -> -x).toArray();
                double expected = switch (measure) {
                    case MAX_PROBABILITY -> falling[0];
                    case GROUND_TRUTH_PROBABILITY, SAMPLED_PROBABILITY -> p[token];
                    case NEGATIVE_ENTROPY ->
                        Arrays.stream(p).map(x -> x * Math.log(x)).sum();
                    case MARGIN -> falling[0] - falling[1];
                    case TOP_K_MASS ->
                        Arrays.stream(falling).limit(ConfidenceMeasure.TOP_K).sum();
                };
                Tensor tokens = Tensors.of(new int[][] {{token}});
                var scores = measure.score(logits.to(torch.ScalarType.Double), tokens);
                assertThat(scores.value()[0]).as("seed " + seed).isCloseTo(expected, within(1e-9));
                // Sums in float32 round as the logits of a model do.
                assertThat(measure.score(logits, tokens).value()[0])
                        .as("float32, seed " + seed)
                        .isCloseTo(expected, within(2e-7 * Math.max(1, Math.abs(expected))));
                if (measure != ConfidenceMeasure.NEGATIVE_ENTROPY) {
                    assertThat(scores.log()[0]).as("seed " + seed).isCloseTo(Math.log(expected), within(1e-9));
                    assertThat(scores.key()[0])
                            .as("seed " + seed)
                            .isCloseTo(Math.log(expected / (1 - expected)), within(1e-8));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ConfidenceMeasure.class)
    void rankingDoesNotSaturateWhereFloatProbabilitiesAreAllOne(ConfidenceMeasure measure) {
        try (TensorScope ignored = TensorScope.open()) {
            int candidates = 6;
            int vocabulary = 24;
            float[] logits = new float[candidates * vocabulary];
            for (int candidate = 0; candidate < candidates; candidate++) {
                for (int token = 0; token < ConfidenceMeasure.TOP_K; token++) {
                    // One sure token; the rest of the top k is far behind, and everything else behind that.
                    logits[candidate * vocabulary + token] = token == 0 ? 30 + 10 * candidate : 0;
                }
                for (int token = ConfidenceMeasure.TOP_K; token < vocabulary; token++) {
                    logits[candidate * vocabulary + token] = -60;
                }
            }
            Tensor tensor = Tensors.of(logits, 1, candidates, vocabulary);
            assertThat(1 - Tensors.floats(tensor.softmax(-1))[0]).isZero();
            double[] keys = measure.score(tensor, Tensors.of(new int[][] {new int[candidates]}))
                    .key();
            for (int candidate = 1; candidate < candidates; candidate++) {
                assertThat(keys[candidate]).as("candidate " + candidate).isGreaterThan(keys[candidate - 1]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ConfidenceMeasure.class)
    void scoresDoNotDependOnHowManyCandidatesAreScoredAtOnce(ConfidenceMeasure measure) {
        int vocabulary = 64;
        for (torch.ScalarType type : new torch.ScalarType[] {torch.ScalarType.Float, torch.ScalarType.Double}) {
            try (TensorScope ignored = TensorScope.open()) {
                Tensor logits = Tensors.normal(7, 3, 5, vocabulary)
                        .mul(new org.bytedeco.pytorch.Scalar(4.0))
                        .to(type);
                Tensor tokens = Tensors.of(new int[][] {{1, 2, 3, 4, 5}, {9, 8, 7, 6, 5}, {60, 61, 62, 63, 0}});
                Confidence.Scores whole = measure.score(logits, tokens);
                assertThat(whole.value()).hasSize(15);
                for (int atOnce : new int[] {1, 4 * vocabulary, 7 * vocabulary + 1, 15 * vocabulary}) {
                    Confidence.Scores parts = ConfidenceScores.of(measure, logits, tokens, atOnce);
                    String where = type + ", " + atOnce + " logits at once";
                    assertThat(parts.value()).as(where).containsExactly(whole.value());
                    assertThat(parts.log()).as(where).containsExactly(whole.log());
                    assertThat(parts.key()).as(where).containsExactly(whole.key());
                }
            }
        }
    }

    @Test
    void equalCandidatesGoToTheLowestCell() {
        try (TensorScope ignored = TensorScope.open()) {
            CellRanking ranking = new CellRanking(
                    OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.MAX_PROBABILITY),
                    1,
                    new NearestFilled(new dev.oar.order.TokenGrid(2, 2), 1),
                    (row, cell) -> 0);
            Tensor logits = Tensors.zeros(torch.ScalarType.Float, 1, 3, 5);
            assertThat(ranking.best(
                            ConfidenceMeasure.MAX_PROBABILITY.score(logits, Tensors.empty(torch.ScalarType.Long, 0)),
                            new int[][] {{1, 2, 3}},
                            2))
                    .isDeepEqualTo(new int[][] {{0, 1}});
        }
    }
}
