package dev.oar.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.BlockSizes;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.TokenGrid;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The numbers are worked out by hand. */
class TransformerCostTests {
    private static final TokenSpace SPACE = new TokenSpace(new TokenGrid(2, 3), 11, 2);

    @Test
    void theParametersAreThoseOfTheLinearLayers() {
        // Per layer: 6 heads of queries, keys and values of width 4, times 8; 8 x 8; three matrices of 8 x 24.
        TransformerCost cost = cost(Formulation.POSITION_INSTRUCTION, 2);
        assertThat(cost.blockParameters()).isEqualTo(2 * (6 * 4 * 8 + 8 * 8 + 3 * 8 * 24));
        assertThat(cost.outputParameters()).isEqualTo(11 * 8);
        assertThat(cost(Formulation.POSITION_INSTRUCTION, 1).blockParameters())
                .as("one head of keys and values")
                .isEqualTo(2 * (4 * 4 * 8 + 8 * 8 + 3 * 8 * 24));
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void theParametersAreTheSumOverTheShapesOfTheModel(Formulation formulation) {
        for (int groups = 1; groups <= 2; groups++) {
            long sum = AnyOrderTransformer.shapes(config(formulation, groups), SPACE).entrySet().stream()
                    .filter(entry -> entry.getValue().length == 2 && isLinear(entry))
                    .mapToLong(entry -> entry.getValue()[0] * entry.getValue()[1])
                    .sum();
            TransformerCost cost = cost(formulation, groups);
            assertThat(cost.blockParameters() + cost.outputParameters())
                    .as("%s key heads", groups)
                    .isEqualTo(sum);
        }
    }

    @Test
    void aMultiplicationAndAnAdditionAreTwoOperations() {
        TransformerCost cost = cost(Formulation.POSITION_INSTRUCTION, 2);
        assertThat(cost.operations(new Pass(3, 2, 5))).isEqualTo(2 * 3 * 1664 + 2 * 2 * 88 + 4 * 2 * 8 * 5);
    }

    @Test
    void groupsSeeTheirEarlierQueriesAndTokensRideAlongWithTheNextPass() {
        TransformerCost cost = cost(Formulation.POSITION_INSTRUCTION, 2);
        assertThat(cost.fixed(1, 1, 2, 3))
                .containsExactly(
                        // Class and query; the query sees both.
                        new Pass(2, 1, 1 + 2),
                        // Behind class and first query: the first token, two queries.
                        new Pass(3, 2, 3 + 4 + 5),
                        // Behind four: token, query, token; three queries.
                        new Pass(6, 3, 5 + 6 + 7 + 8 + 9 + 10));
        assertThat(cost.fixed(4, 1, 2, 3).get(2)).isEqualTo(new Pass(24, 12, 180));
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void everyPositionRunsOnceButTheLastToken(Formulation formulation) {
        int perCell = formulation == Formulation.POSITION_INSTRUCTION ? 2 : 1;
        for (int steps = 1; steps <= 6; steps++) {
            int[] schedule = DecodingSchedule.cosine(6, steps).cellsPerStep();
            int again = 6 - schedule.length;
            int left = perCell * schedule[schedule.length - 1] - 1;
            // Queries of a group but the first run again when their tokens are known.
            assertThat(cost(formulation, 2).fixed(1, schedule).stream()
                            .mapToLong(Pass::rows)
                            .sum())
                    .as("%s steps", steps)
                    .isEqualTo(1 + 6L * perCell + again - left);
        }
    }

    @Test
    void candidatesSeeWhatIsCommittedAndThemselves() {
        TokenSpace two = new TokenSpace(new TokenGrid(1, 2), 11, 2);
        TransformerConfig config = config(Formulation.POSITION_INSTRUCTION, 2);
        assertThat(new TransformerCost(config, two).dynamic(1))
                .containsExactly(new Pass(3, 2, 1 + 2 * 2), new Pass(2, 1, 3 + 4));
        TransformerConfig dual = config(Formulation.DUAL_POSITION, 2);
        assertThat(new TransformerCost(dual, two).dynamic(1))
                .containsExactly(new Pass(3, 2, 1 + 2 * 2), new Pass(1, 1, 3));
    }

    @Test
    void theLiteralReadingComputesTwoPositionsPerCommittedCellAndTwoMore() {
        TransformerCost cost = cost(Formulation.POSITION_INSTRUCTION, 2);
        assertThat(cost.fromTheBeginning(1, 3)).isEqualTo(new Pass(8, 1, 36));
        assertThat(cost.literal()).hasSize(6).last().isEqualTo(cost.fromTheBeginning(1, 5));
        long positions = cost.literal().stream().mapToLong(Pass::rows).sum();
        assertThat(positions).isEqualTo(6 * 2 + 5 * 4 + 4 * 6 + 3 * 8 + 2 * 10 + 12);
    }

    @Test
    void aPassTakesTheLongerOfReadingAndComputing() {
        TransformerCost cost = cost(Formulation.POSITION_INSTRUCTION, 2);
        MachineLimits limits = TinyLimits.of(1000, 10_000);
        Pass small = new Pass(3, 2, 5);
        assertThat(cost.seconds(small, WeightType.FLOAT32, limits)).isCloseTo(7.008, within(1e-9));
        assertThat(cost.seconds(small, WeightType.BFLOAT16, limits)).isCloseTo(3.504, within(1e-9));
        assertThat(cost.seconds(small, WeightType.INT8, limits)).isCloseTo(1.752, within(1e-9));
        Pass large = new Pass(300, 200, 500);
        assertThat(cost.seconds(large, WeightType.INT8, limits)).isCloseTo(106.56, within(1e-9));
        assertThat(cost.seconds(List.of(small, large), WeightType.INT8, limits)).isCloseTo(108.312, within(1e-9));
    }

    @Test
    void aTrainingStepIsThreeForwardPassesOverTheWholeSequence() {
        TransformerCost cost = cost(Formulation.POSITION_INSTRUCTION, 2);
        // 2 images of 1 + 12 positions, 6 of them predicting.
        assertThat(cost.trainingOperations(2)).isEqualTo(3 * cost.operations(new Pass(26, 12, 182)));
        assertThat(cost(Formulation.DUAL_POSITION, 2).trainingOperations(1))
                .isEqualTo(3 * cost.operations(new Pass(7, 6, 28)));
    }

    private static boolean isLinear(Map.Entry<String, long[]> entry) {
        return entry.getKey().startsWith("layers.") || entry.getKey().startsWith("output.");
    }

    private static TransformerCost cost(Formulation formulation, int groups) {
        return new TransformerCost(config(formulation, groups), SPACE);
    }

    private static TransformerConfig config(Formulation formulation, int groups) {
        BlockSizes blocks = new BlockSizes(8, 2, 2, Optional.of(groups), Optional.empty(), 4, 1e-5, 10000);
        return TransformerConfig.of(formulation, blocks).withoutDropout();
    }
}
