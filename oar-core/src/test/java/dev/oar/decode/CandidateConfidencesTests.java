package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.decode.OrderPolicy.MostConfidentFirst;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a listener is told of the cells among which a step was chosen. */
@ExtendWith(NativeMemory.class)
class CandidateConfidencesTests {
    private static final TokenGrid GRID = new TokenGrid(3, 3);
    private static final int CELLS = GRID.cells();
    private static final int BATCH = 2;
    private static final int KNOWN = 2;
    private static final int ABSENT = 7;
    private static final MostConfidentFirst GREEDY = MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY);

    private record Told(int filled, double[][] candidates) {}

    private record Drawn(List<Told> steps, DecodedTokens decoded) {}

    private static Drawn drawn(long seed, long largestAnswer, OrderPolicy policy) {
        BitSet known = new BitSet();
        known.set(KNOWN);
        BitSet absent = new BitSet();
        absent.set(ABSENT);
        List<Told> steps = new ArrayList<>();
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.POSITION_INSTRUCTION, GRID, seed, torch.ScalarType.Double)) {
            DecodedTokens decoded = new AnyOrderDecoder(model, largestAnswer)
                    .decode(new DecodingRequest(
                            new int[] {1, 2},
                            new long[] {4, 5},
                            seed,
                            policy,
                            new TokenSource.Sampled(SamplingFilter.NONE),
                            ClassifierFreeGuidance.constant(3),
                            new KnownTokens(known, new int[BATCH][CELLS], absent),
                            progress -> steps.add(new Told(
                                    progress.filled(),
                                    progress.candidateConfidences().get()))));
            return new Drawn(steps, decoded);
        }
    }

    private static List<Integer> asked(double[] candidates) {
        return IntStream.range(0, CELLS)
                .filter(cell -> !Double.isNaN(candidates[cell]))
                .boxed()
                .toList();
    }

    /** The cells of a row in filling order behind the known one. */
    private static List<Integer> order(Drawn drawn, int row) {
        return Arrays.stream(drawn.decoded().orders().get(row).toArray())
                .filter(cell -> cell != KNOWN && cell != ABSENT)
                .boxed()
                .toList();
    }

    @Test
    void allCellsThatWereOpenAreToldTheChosenOneAsItIsRecorded() {
        List<OrderPolicy> policies = List.of(
                GREEDY,
                new LeastConfidentFirst(GREEDY),
                new MostConfidentFirst(ConfidenceMeasure.MARGIN, ConfidenceLogits.GUIDED, 0.3, 0.5, 1));
        for (long seed = 0; seed < 3; seed++) {
            for (OrderPolicy policy : policies) {
                Drawn drawn = drawn(seed, 1L << 27, policy);
                assertThat(drawn.steps()).hasSize(CELLS - 2);
                for (int row = 0; row < BATCH; row++) {
                    List<Integer> order = order(drawn, row);
                    for (int step = 0; step < order.size(); step++) {
                        double[] candidates = drawn.steps().get(step).candidates()[row];
                        assertThat(asked(candidates))
                                .as("%s, seed %s, step %s", policy, seed, step)
                                .containsExactlyInAnyOrderElementsOf(order.subList(step, order.size()));
                        int chosen = order.get(step);
                        assertThat(candidates[chosen]).isEqualTo(drawn.decoded().confidences()[row][chosen]);
                    }
                }
            }
        }
    }

    @Test
    void aGreedyOrderChoosesTheLargestOfThemHoweverFewAreAskedAboutAtOnce() {
        for (long seed = 0; seed < 3; seed++) {
            Drawn together = drawn(seed, 1L << 27, GREEDY);
            Drawn apart = drawn(seed, 1, GREEDY);
            for (int step = 0; step < together.steps().size(); step++) {
                for (int row = 0; row < BATCH; row++) {
                    double[] candidates = together.steps().get(step).candidates()[row];
                    int chosen = order(together, row).get(step);
                    assertThat(asked(candidates))
                            .as("seed %s, step %s", seed, step)
                            .allMatch(cell -> candidates[cell] <= candidates[chosen]);
                    for (int cell : asked(candidates)) {
                        assertThat(apart.steps().get(step).candidates()[row][cell])
                                .isCloseTo(candidates[cell], within(1e-9));
                    }
                }
            }
        }
    }

    @Test
    void ofAShortlistThoseAreToldThatAreOnItAndOfAKnownOrderNone() {
        OrderPolicy shortlisted = new MostConfidentFirst(
                ConfidenceMeasure.NEGATIVE_ENTROPY,
                ConfidenceLogits.CONDITIONAL,
                0,
                new OrderNoise.OfLogarithm(0),
                1,
                Optional.of(new Shortlist(2, 3)));
        List<Integer> counts = drawn(1, 1L << 27, shortlisted).steps().stream()
                .map(told -> asked(told.candidates()[0]).size())
                .toList();
        assertThat(counts).startsWith(7, 2).allMatch(count -> count >= 1);
        OrderPolicy raster = new OrderPolicy.GivenOrders(Collections.nCopies(BATCH, GenerationOrder.raster(CELLS)), 0);
        assertThat(drawn(1, 1L << 27, raster).steps())
                .hasSize(7)
                .allMatch(told -> asked(told.candidates()[1]).isEmpty());
    }

    @Test
    void theyAreRefusedWhenTheStepIsOver() {
        List<DecodingListener.Progress> kept = new ArrayList<>();
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 1, torch.ScalarType.Double)) {
            new AnyOrderDecoder(model)
                    .decode(new DecodingRequest(
                            new int[] {1},
                            new long[] {0},
                            1,
                            GREEDY,
                            new TokenSource.Sampled(SamplingFilter.NONE),
                            ClassifierFreeGuidance.OFF,
                            KnownTokens.none(),
                            kept::add));
        }
        assertThat(kept).hasSize(CELLS);
        for (DecodingListener.Progress progress : kept) {
            assertThatThrownBy(() -> progress.candidateConfidences().get()).isInstanceOf(IllegalStateException.class);
        }
    }
}
