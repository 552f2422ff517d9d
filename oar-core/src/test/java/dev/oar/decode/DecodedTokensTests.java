package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is told of the tokens that were committed: their probabilities, and how sure the model was of their cells. */
@ExtendWith(NativeMemory.class)
class DecodedTokensTests {
    private static final TokenGrid GRID = new TokenGrid(3, 3);
    private static final int CELLS = GRID.cells();
    private static final int VOCABULARY = 11;
    private static final int BATCH = 2;
    private static final int[] CONDITIONS = {1, 2};

    private static AnyOrderTransformer model(Formulation formulation, long seed) {
        return TinyModels.transformer(formulation, GRID, seed, torch.ScalarType.Double);
    }

    private static int[][] images(long seed) {
        CounterRandom random = CounterRandom.of(seed, "images of a test");
        return IntStream.range(0, BATCH)
                .mapToObj(row -> IntStream.range(0, CELLS)
                        .map(cell -> random.derive(row).integer(VOCABULARY, cell))
                        .toArray())
                .toArray(int[][]::new);
    }

    private static List<OrderPolicy> policies() {
        return List.of(
                new OrderPolicy.GivenOrders(Collections.nCopies(BATCH, GenerationOrder.raster(CELLS)), 0),
                OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY),
                new OrderPolicy.MostConfidentFirst(
                        ConfidenceMeasure.SAMPLED_PROBABILITY, ConfidenceLogits.CONDITIONAL, 0, 0.5, 1),
                new OrderPolicy.MostConfidentFirst(ConfidenceMeasure.MARGIN, ConfidenceLogits.GUIDED, 0.3, 0, 1));
    }

    private static DecodingRequest request(
            long seed, OrderPolicy policy, TokenSource source, double scale, KnownTokens known) {
        return new DecodingRequest(
                CONDITIONS, new long[] {4, 5}, seed, policy, source, ClassifierFreeGuidance.constant(scale), known);
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void theLogProbabilitiesOfRealImagesAreThoseOfAFullForwardInTheOrderThatWasTaken(Formulation formulation) {
        for (long seed = 0; seed < 3; seed++) {
            int[][] images = images(seed);
            try (AnyOrderTransformer model = model(formulation, seed)) {
                for (OrderPolicy policy : policies()) {
                    for (double scale : new double[] {1, 3}) {
                        for (long largest : new long[] {1, 1L << 27}) {
                            DecodedTokens decoded = new AnyOrderDecoder(model, largest)
                                    .decode(request(
                                            seed,
                                            policy,
                                            new TokenSource.GroundTruth(images),
                                            scale,
                                            KnownTokens.none()));
                            assertThat(decoded.tokens()).isDeepEqualTo(images);
                            requireClose(
                                    policy + ", seed " + seed,
                                    decoded.logProbabilities(),
                                    forward(model, decoded, SamplingFilter.NONE, 1));
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void theLogProbabilitiesOfDrawnTokensAreThoseOfTheGuidedAndFilteredDistribution(Formulation formulation) {
        SamplingFilter filter = new SamplingFilter(0.8, 7, 0.95);
        for (long seed = 0; seed < 3; seed++) {
            try (AnyOrderTransformer model = model(formulation, seed)) {
                for (OrderPolicy policy : policies()) {
                    for (double scale : new double[] {1, 3}) {
                        DecodedTokens decoded = new AnyOrderDecoder(model)
                                .decode(request(
                                        seed, policy, new TokenSource.Sampled(filter), scale, KnownTokens.none()));
                        requireClose(
                                policy + ", scale " + scale + ", seed " + seed,
                                decoded.logProbabilities(),
                                forward(model, decoded, filter, scale));
                    }
                }
            }
        }
    }

    @Test
    void nothingIsToldOfKnownAndAbsentCellsAndNoConfidenceOfCellsThatWereNotAskedAbout() {
        BitSet known = new BitSet();
        known.set(2);
        BitSet absent = new BitSet();
        absent.set(7);
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION, 1)) {
            for (OrderPolicy policy : policies()) {
                double[][] confidences = new double[BATCH][];
                DecodingListener last =
                        progress -> System.arraycopy(progress.confidences().get(), 0, confidences, 0, BATCH);
                DecodingRequest request = request(
                        1,
                        policy,
                        new TokenSource.Sampled(SamplingFilter.NONE),
                        1,
                        new KnownTokens(known, images(1), absent));
                DecodedTokens decoded = new AnyOrderDecoder(model)
                        .decode(new DecodingRequest(
                                request.conditions(),
                                request.imageIndices(),
                                1,
                                policy,
                                request.source(),
                                request.guidance(),
                                request.known(),
                                last));
                boolean asks = policy instanceof OrderPolicy.MostConfidentFirst;
                for (int row = 0; row < BATCH; row++) {
                    for (int cell = 0; cell < CELLS; cell++) {
                        boolean drawn = cell != 2 && cell != 7;
                        assertThat(Double.isNaN(decoded.logProbabilities()[row][cell]))
                                .isEqualTo(!drawn);
                        assertThat(Double.isNaN(decoded.confidences()[row][cell]))
                                .isEqualTo(!drawn || !asks);
                    }
                }
                assertThat(Arrays.deepEquals(confidences, decoded.confidences()))
                        .isTrue();
            }
        }
    }

    @Test
    void rowsWithSeedsOfTheirOwnAreDrawnAsInABatchOfTheirSeed() {
        BitSet known = new BitSet();
        known.set(1);
        known.set(6);
        KnownTokens given = new KnownTokens(known, images(1));
        TokenSource source = new TokenSource.Sampled(SamplingFilter.NONE);
        try (AnyOrderTransformer model = model(Formulation.POSITION_INSTRUCTION, 1)) {
            AnyOrderDecoder decoder = new AnyOrderDecoder(model);
            for (OrderPolicy policy : policies()) {
                DecodedTokens both = decoder.decode(new DecodingRequest(
                        CONDITIONS,
                        new long[] {4, 5},
                        new long[] {8, 9},
                        policy,
                        source,
                        ClassifierFreeGuidance.constant(2),
                        given,
                        DecodingListener.NONE));
                for (int row = 0; row < BATCH; row++) {
                    DecodedTokens own = decoder.decode(request(8 + row, policy, source, 2, given));
                    assertThat(both.tokens()[row]).isEqualTo(own.tokens()[row]);
                    assertThat(both.orders().get(row)).isEqualTo(own.orders().get(row));
                }
            }
        }
    }

    private static void requireClose(String where, double[][] actual, double[][] expected) {
        for (int row = 0; row < BATCH; row++) {
            for (int cell = 0; cell < CELLS; cell++) {
                assertThat(actual[row][cell])
                        .as("%s, row %s, cell %s", where, row, cell)
                        .isCloseTo(expected[row][cell], within(1e-9));
            }
        }
    }

    /** Logarithms of the probabilities that full forwards give the decoded tokens, {@code [batch][cells]}, raster order. */
    private static double[][] forward(
            AnyOrderTransformer model, DecodedTokens decoded, SamplingFilter filter, double scale) {
        int[] none = new int[BATCH];
        Arrays.fill(none, model.space().unconditional());
        double[] inOrder;
        try (TensorScope ignored = TensorScope.open()) {
            Tensor orders = Tensors.of(
                    decoded.orders().stream().map(GenerationOrder::toArray).toArray(int[][]::new));
            Tensor tokens = Tensors.of(decoded.tokens());
            Tensor conditional = model.logits(tokens, Tensors.of(CONDITIONS, BATCH), orders, false);
            Tensor unconditional = model.logits(tokens, Tensors.of(none, BATCH), orders, false);
            Tensor guided =
                    ClassifierFreeGuidance.constant(scale).guide(List.of(conditional, unconditional), 0, 1, CELLS);
            Tensor own = tokens.gather(1, orders).unsqueeze(-1);
            inOrder = Tensors.doubles(
                    torch.log_softmax(filter.filtered(guided), -1).gather(-1, own));
        }
        double[][] inRaster = new double[BATCH][CELLS];
        for (int i = 0; i < inOrder.length; i++) {
            int row = i / CELLS;
            inRaster[row][decoded.orders().get(row).cellAt(i % CELLS)] = inOrder[i];
        }
        return inRaster;
    }
}
