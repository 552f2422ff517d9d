package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import dev.oar.testing.WatchedModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the decoder asks a model for, and that it draws the same when it asks for less at a time. */
@ExtendWith(NativeMemory.class)
class DecodingCostTests {
    private static final TokenGrid GRID = new TokenGrid(2, 3);
    private static final int CELLS = GRID.cells();
    private static final int VOCABULARY = 11;
    private static final int BATCH = 2;
    private static final TokenSource SAMPLED = new TokenSource.Sampled(new SamplingFilter(0.9, 7, 0.95));
    private static final ClassifierFreeGuidance GUIDED = ClassifierFreeGuidance.linear(1.5, 3);

    private static AnyOrderTransformer model(Formulation formulation, long seed) {
        return TinyModels.transformer(formulation, GRID, seed, torch.ScalarType.Double);
    }

    private static OrderPolicy dynamic(ConfidenceMeasure measure, ConfidenceLogits logits, int cellsPerStep) {
        return new OrderPolicy.MostConfidentFirst(measure, logits, 0, 0.5, cellsPerStep);
    }

    private static OrderPolicy fixed() {
        return new OrderPolicy.GivenOrders(Collections.nCopies(BATCH, GenerationOrder.raster(CELLS)), 0);
    }

    private static TokenSource truth() {
        CounterRandom random = CounterRandom.of(3, "tokens of a test");
        int[][] tokens = new int[BATCH][CELLS];
        for (int row = 0; row < BATCH; row++) {
            for (int cell = 0; cell < CELLS; cell++) {
                tokens[row][cell] = random.derive(row).integer(VOCABULARY, cell);
            }
        }
        return new TokenSource.GroundTruth(tokens);
    }

    private static DecodingRequest request(OrderPolicy policy, TokenSource source, ClassifierFreeGuidance guidance) {
        return new DecodingRequest(
                new int[] {0, 2}, new long[] {5, 1}, 4, policy, source, guidance, KnownTokens.none());
    }

    private static List<String> questions(AnyOrderTransformer model, DecodingRequest request) {
        List<String> questions = new ArrayList<>();
        var unused = new AnyOrderDecoder(new WatchedModel(model, questions)).decode(request);
        return questions;
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void underGuidanceTheUnconditionalBranchIsAskedAboutTheChosenCellsAlone(Formulation formulation) {
        try (AnyOrderTransformer model = model(formulation, 1)) {
            OrderPolicy one = dynamic(ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 1);
            assertThat(questions(model, request(one, SAMPLED, GUIDED)))
                    .containsExactly(
                            "peek 2 x 6",
                            "peek 2 x 1",
                            "peek 2 x 5",
                            "peek 2 x 1",
                            "peek 2 x 4",
                            "peek 2 x 1",
                            "peek 2 x 3",
                            "peek 2 x 1",
                            "peek 2 x 2",
                            "peek 2 x 1",
                            "peek 2 x 1",
                            "peek 2 x 1");
            OrderPolicy four = dynamic(ConfidenceMeasure.MARGIN, ConfidenceLogits.CONDITIONAL, 4);
            assertThat(questions(model, request(four, SAMPLED, GUIDED)))
                    .containsExactly("peek 2 x 6", "peek 2 x 4", "peek 2 x 2", "peek 2 x 2");
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void aRankingByGuidedLogitsAsksBothBranchesAboutAllCandidatesInOnePass(Formulation formulation) {
        try (AnyOrderTransformer model = model(formulation, 1)) {
            for (OrderPolicy policy : List.of(
                    dynamic(ConfidenceMeasure.MARGIN, ConfidenceLogits.GUIDED, 3),
                    dynamic(ConfidenceMeasure.SAMPLED_PROBABILITY, ConfidenceLogits.CONDITIONAL, 3))) {
                assertThat(questions(model, request(policy, SAMPLED, GUIDED)))
                        .containsExactly("peek 4 x 6", "peek 4 x 3");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void behindTheLastGuidedCellNoUnconditionalRowRuns(Formulation formulation) {
        ClassifierFreeGuidance firstCells = new ClassifierFreeGuidance(new GuidanceScale.FirstCells(3, 2));
        try (AnyOrderTransformer model = model(formulation, 1)) {
            assertThat(questions(model, request(fixed(), SAMPLED, firstCells)))
                    .containsExactly(
                            "group 4 x 1", "group 4 x 1", "group 2 x 1", "group 2 x 1", "group 2 x 1", "group 2 x 1");
            assertThat(questions(
                            model,
                            request(
                                    dynamic(ConfidenceMeasure.MARGIN, ConfidenceLogits.GUIDED, 1),
                                    SAMPLED,
                                    firstCells)))
                    .containsExactly(
                            "peek 4 x 6", "peek 4 x 5", "peek 2 x 4", "peek 2 x 3", "peek 2 x 2", "peek 2 x 1");
            assertThat(questions(
                            model,
                            request(
                                    dynamic(ConfidenceMeasure.MARGIN, ConfidenceLogits.CONDITIONAL, 2),
                                    SAMPLED,
                                    firstCells)))
                    .containsExactly("peek 2 x 6", "peek 2 x 2", "peek 2 x 4", "peek 2 x 2");
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void realImagesRankedByTheConditionalModelNeedNoUnconditionalRow(Formulation formulation) {
        try (AnyOrderTransformer model = model(formulation, 1)) {
            OrderPolicy policy = dynamic(ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 3);
            assertThat(questions(model, request(policy, truth(), GUIDED))).containsExactly("peek 2 x 6", "peek 2 x 3");
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void whatIsDrawnDoesNotDependOnHowManyCandidatesAreAskedAboutAtOnce(Formulation formulation) {
        for (long seed = 0; seed < 3; seed++) {
            try (AnyOrderTransformer model = model(formulation, seed)) {
                for (ConfidenceMeasure measure : ConfidenceMeasure.values()) {
                    for (ConfidenceLogits logits : ConfidenceLogits.values()) {
                        for (TokenSource source : List.of(SAMPLED, truth())) {
                            if (measure.needsGroundTruth() && source == SAMPLED) {
                                continue;
                            }
                            DecodingRequest request = request(dynamic(measure, logits, 2), source, GUIDED);
                            DecodedTokens atOnce = new AnyOrderDecoder(model).decode(request);
                            for (int largest : new int[] {1, 2 * BATCH * VOCABULARY, 2 * BATCH * VOCABULARY * 4}) {
                                String where = "seed " + seed + ", " + measure + ", " + logits + ", " + largest;
                                List<String> questions = new ArrayList<>();
                                DecodedTokens parts = new AnyOrderDecoder(new WatchedModel(model, questions), largest)
                                        .decode(request);
                                assertThat(parts.orders()).as(where).isEqualTo(atOnce.orders());
                                assertThat(parts.tokens()).as(where).isDeepEqualTo(atOnce.tokens());
                                assertThat(questions)
                                        .as(where)
                                        .allSatisfy(question -> assertThat(logits(question))
                                                .isLessThanOrEqualTo(Math.max(largest, 2 * 2 * BATCH * VOCABULARY)));
                            }
                        }
                    }
                }
            }
        }
    }

    /** How many logits a question has for an answer. */
    private static int logits(String question) {
        String[] words = question.split(" ");
        return Integer.parseInt(words[1]) * Integer.parseInt(words[3]) * VOCABULARY;
    }
}
