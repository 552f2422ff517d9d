package dev.oar.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.Confidence;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.DecodedTokens;
import dev.oar.decode.Decoding;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.decode.SamplingFilter;
import dev.oar.decode.TokenSource;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An order policy that is none of the decoder's own. */
@ExtendWith(NativeMemory.class)
class OwnOrderPolicyTests {
    private static final TokenGrid GRID = new TokenGrid(3, 3);
    private static final int CELLS = GRID.cells();

    /** From the last cell to the first, two at a time, without asking. */
    private static final OrderPolicy BACKWARDS = decoding -> () -> Arrays.stream(decoding.open())
            .map(open -> open.length == 1 ? open : new int[] {open[open.length - 1], open[open.length - 2]})
            .toArray(int[][]::new);

    /** The cell next that the model is least sure of. */
    private record LeastConfidentFirst(Asks asks) implements OrderPolicy {
        @Override
        public Steps open(Decoding decoding) {
            return () -> {
                int[][] open = decoding.open();
                double[] keys = decoding.scores(
                                open, 1, ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL)
                        .key();
                int[][] chosen = new int[open.length][1];
                for (int row = 0; row < open.length; row++) {
                    int first = row * open[row].length;
                    int worst = 0;
                    for (int i = 1; i < open[row].length; i++) {
                        worst = keys[first + i] < keys[first + worst] ? i : worst;
                    }
                    chosen[row][0] = open[row][worst];
                }
                return chosen;
            };
        }
    }

    private static AnyOrderTransformer model(Formulation formulation, long seed) {
        return TinyModels.transformer(formulation, GRID, seed, torch.ScalarType.Double);
    }

    private static DecodingRequest request(OrderPolicy policy, double guidanceScale, KnownTokens known) {
        return new DecodingRequest(
                new int[] {1, 2},
                new long[] {4, 5},
                3,
                policy,
                new TokenSource.Sampled(new SamplingFilter(0.9, 7, 0.95)),
                ClassifierFreeGuidance.constant(guidanceScale),
                known);
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void aPolicyThatAsksNothingFillsEveryCellInItsOrder(Formulation formulation) {
        GenerationOrder backwards = GenerationOrder.of(new int[] {8, 7, 6, 5, 4, 3, 2, 1, 0});
        OrderPolicy given = new OrderPolicy.GivenOrders(
                Collections.nCopies(2, backwards), open -> DecodingSchedule.uniform(open, 2));
        for (long seed = 0; seed < 4; seed++) {
            try (AnyOrderTransformer model = model(formulation, seed)) {
                AnyOrderDecoder decoder = new AnyOrderDecoder(model);
                for (double scale : new double[] {1, 3}) {
                    DecodedTokens decoded = decoder.decode(request(BACKWARDS, scale, KnownTokens.none()));
                    assertThat(decoded.orders()).as("seed %s", seed).containsExactly(backwards, backwards);
                    assertThat(decoded.tokens())
                            .as("seed %s", seed)
                            .isDeepEqualTo(decoder.decode(request(given, scale, KnownTokens.none()))
                                    .tokens());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void aPolicyOfScoresFillsEveryCellAndSaysHowSureTheModelWasOfEach(Formulation formulation) {
        BitSet known = new BitSet();
        known.set(4);
        for (long seed = 0; seed < 4; seed++) {
            try (AnyOrderTransformer model = model(formulation, seed)) {
                AnyOrderDecoder decoder = new AnyOrderDecoder(model);
                KnownTokens given = new KnownTokens(known, new int[2][CELLS]);
                for (double scale : new double[] {1, 3}) {
                    DecodedTokens own = decoder.decode(
                            request(new LeastConfidentFirst(OrderPolicy.Asks.CONDITIONAL), scale, given));
                    DecodedTokens mostConfident = decoder.decode(request(
                            OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY), scale, given));
                    for (int row = 0; row < 2; row++) {
                        int[] order = own.orders().get(row).toArray();
                        assertThat(order).as("seed %s", seed).hasSize(CELLS).startsWith(4);
                        assertThat(own.confidences()[row][4]).isNaN();
                        assertThat(own.confidences()[row][order[1]])
                                .as("seed %s", seed)
                                .isLessThan(mostConfident
                                        .confidences()[row][
                                        mostConfident.orders().get(row).cellAt(1)]);
                    }
                    // Which branches are asked about all candidates is a matter of cost.
                    DecodedTokens askingAll =
                            decoder.decode(request(new LeastConfidentFirst(OrderPolicy.Asks.GUIDED), scale, given));
                    assertThat(askingAll.orders()).as("seed %s", seed).isEqualTo(own.orders());
                    assertThat(askingAll.tokens()).as("seed %s", seed).isDeepEqualTo(own.tokens());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void aPolicySeesTheTokensThatAreFilledAndWhatIsDrawn(Formulation formulation) {
        BitSet known = new BitSet();
        known.set(4);
        int[][] given = new int[2][CELLS];
        given[1][4] = 7;
        List<long[]> seen = new ArrayList<>();
        List<int[]> conditions = new ArrayList<>();
        OrderPolicy watching = decoding -> {
            conditions.add(decoding.conditionIds(0));
            conditions.add(decoding.conditionIds(1));
            return () -> {
                seen.add(Tensors.longs(decoding.tokens()));
                return BACKWARDS.open(decoding).next();
            };
        };
        try (AnyOrderTransformer model = model(formulation, 1)) {
            DecodedTokens decoded =
                    new AnyOrderDecoder(model).decode(request(watching, 3, new KnownTokens(known, given)));
            assertThat(conditions).containsExactly(new int[] {1}, new int[] {2});
            assertThat(seen).hasSize(4);
            for (int step = 0; step < seen.size(); step++) {
                int filled = 1 + 2 * step;
                assertThat(seen.get(step)).as("step %s", step).hasSize(2 * filled);
                for (int row = 0; row < 2; row++) {
                    for (int i = 0; i < filled; i++) {
                        int cell = decoded.orders().get(row).cellAt(i);
                        assertThat(seen.get(step)[row * filled + i])
                                .as("step %s, row %s, cell %s", step, row, cell)
                                .isEqualTo(decoded.tokens()[row][cell]);
                    }
                }
            }
        }
    }

    @Test
    void whatIsChosenWithoutHavingBeenAskedIsPredictedAsAGroup() {
        // Asks about the last cell and takes the first ones.
        OrderPolicy distracted = new OrderPolicy() {
            @Override
            public Steps open(Decoding decoding) {
                return () -> {
                    int[][] open = decoding.open();
                    int[][] last = Arrays.stream(open)
                            .map(row -> new int[] {row[row.length - 1]})
                            .toArray(int[][]::new);
                    var unused = decoding.scores(last, 1, ConfidenceMeasure.MARGIN, ConfidenceLogits.CONDITIONAL);
                    return Arrays.stream(open)
                            .map(row -> Arrays.copyOf(row, Math.min(2, row.length)))
                            .toArray(int[][]::new);
                };
            }

            @Override
            public Asks asks() {
                return Asks.CONDITIONAL;
            }
        };
        OrderPolicy given = new OrderPolicy.GivenOrders(
                Collections.nCopies(2, GenerationOrder.raster(CELLS)), open -> DecodingSchedule.uniform(open, 2));
        try (AnyOrderTransformer model = model(Formulation.POSITION_INSTRUCTION, 1)) {
            AnyOrderDecoder decoder = new AnyOrderDecoder(model);
            for (double scale : new double[] {1, 3}) {
                assertThat(decoder.decode(request(distracted, scale, KnownTokens.none()))
                                .tokens())
                        .isDeepEqualTo(decoder.decode(request(given, scale, KnownTokens.none()))
                                .tokens());
            }
        }
    }

    @Test
    void aChoiceThatFillsNothingOrAFilledCellIsRefused() {
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION, 1)) {
            AnyOrderDecoder decoder = new AnyOrderDecoder(model);
            for (int[][] choice : List.of(new int[2][0], new int[1][1], new int[][] {{1}, {2, 3}}, new int[0][])) {
                assertThatThrownBy(() -> decoder.decode(request(decoding -> () -> choice, 1, KnownTokens.none())))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("equally many cells, and at least one, for each of 2 rows");
            }
            for (int[][] choice :
                    List.of(new int[][] {{0}, {0}}, new int[][] {{1, 1}, {1, 2}}, new int[][] {{1}, {99}})) {
                BitSet known = new BitSet();
                known.set(0);
                assertThatThrownBy(() -> decoder.decode(
                                request(decoding -> () -> choice, 1, new KnownTokens(known, new int[2][CELLS]))))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("cells that are open, each once");
            }
        }
    }

    @Test
    void aPolicyThatAsksForMoreThanItSaysIsRefused() {
        OrderPolicy modest = new OrderPolicy() {
            @Override
            public Steps open(Decoding decoding) {
                return () -> {
                    Confidence.Scores unused =
                            decoding.scores(decoding.open(), 1, ConfidenceMeasure.MARGIN, ConfidenceLogits.GUIDED);
                    return decoding.open();
                };
            }

            @Override
            public Asks asks() {
                return Asks.CONDITIONAL;
            }
        };
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION, 1)) {
            assertThatThrownBy(() -> new AnyOrderDecoder(model).decode(request(modest, 3, KnownTokens.none())))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("let asks() return GUIDED");
        }
    }
}
