package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.model.AnyOrderModel;
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
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(NativeMemory.class)
class AnyOrderDecoderTests {
    private static final TokenGrid GRID = new TokenGrid(3, 3);
    private static final int CELLS = GRID.cells();
    private static final int VOCABULARY = 11;

    static Stream<Arguments> formulationsAndSeeds() {
        return Stream.of(Formulation.values())
                .flatMap(formulation -> LongStream.range(0, 8).mapToObj(seed -> Arguments.of(formulation, seed)));
    }

    private static AnyOrderTransformer model(Formulation formulation, long seed) {
        return TinyModels.transformer(formulation, GRID, seed, torch.ScalarType.Double);
    }

    private static int[][] tokens(long seed, int batch) {
        CounterRandom random = CounterRandom.of(seed, "tokens of a test");
        return IntStream.range(0, batch)
                .mapToObj(b -> IntStream.range(0, CELLS)
                        .map(cell -> random.integer(VOCABULARY, b * 100L + cell))
                        .toArray())
                .toArray(int[][]::new);
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void aKnownTokenOutsideTheVocabularyIsRefusedAndOneOfAnUnknownCellIsNotLookedAt(Formulation formulation) {
        BitSet cells = new BitSet();
        cells.set(3);
        try (AnyOrderTransformer model = model(formulation, 1)) {
            for (int token : new int[] {-1, VOCABULARY}) {
                int[][] tokens = new int[1][CELLS];
                tokens[0][2] = token;
                AnyOrderDecoder decoder = new AnyOrderDecoder(model);
                assertThat(decoder.decode(known(cells, tokens)).tokens()[0][3]).isZero();
                tokens[0][3] = token;
                assertThatThrownBy(() -> decoder.decode(known(cells, tokens)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(
                                "known tokens must lie in 0 .. 10, but that of cell 3 of row 0 is " + token);
            }
        }
    }

    private static DecodingRequest known(BitSet cells, int[][] tokens) {
        return new DecodingRequest(
                new int[] {0},
                new long[] {0},
                1,
                new OrderPolicy.GivenOrders(List.of(GenerationOrder.raster(CELLS)), 0),
                new TokenSource.Sampled(SamplingFilter.NONE),
                ClassifierFreeGuidance.OFF,
                new KnownTokens(cells, tokens));
    }

    private static DecodingRequest request(long seed, OrderPolicy policy, TokenSource source, int batch) {
        return new DecodingRequest(
                IntStream.range(0, batch).map(i -> i % 4).toArray(),
                LongStream.range(0, batch).toArray(),
                seed,
                policy,
                source,
                ClassifierFreeGuidance.OFF,
                KnownTokens.none());
    }

    private static TokenSource sampled() {
        return new TokenSource.Sampled(new SamplingFilter(0.9, 7, 0.95));
    }

    @ParameterizedTest
    @MethodSource("formulationsAndSeeds")
    void extractionWithTheSharedCacheGivesTheOrdersOfANaiveOneThatRecomputesEverything(
            Formulation formulation, long seed) {
        try (AnyOrderTransformer model = model(formulation, seed)) {
            int batch = 3;
            int[][] tokens = tokens(seed, batch);
            for (ConfidenceMeasure measure : ConfidenceMeasure.values()) {
                for (double locality : new double[] {0, 0.7}) {
                    OrderPolicy.MostConfidentFirst policy = new OrderPolicy.MostConfidentFirst(
                            measure, OrderPolicy.ConfidenceLogits.CONDITIONAL, locality, 0, 1);
                    DecodingRequest request = request(seed, policy, new TokenSource.GroundTruth(tokens), batch);
                    List<GenerationOrder> orders =
                            new AnyOrderDecoder(model).decode(request).orders();
                    for (int row = 0; row < batch; row++) {
                        assertThat(orders.get(row))
                                .as("%s, locality %s, seed %s, row %s", measure, locality, seed, row)
                                .isEqualTo(naiveOrder(
                                        model,
                                        tokens[row],
                                        request.conditions()[row],
                                        measure,
                                        locality,
                                        CounterRandom.of(seed, "tokens").derive(row)));
                    }
                }
            }
        }
    }

    /** One full teacher-forced sequence per candidate and step; probabilities by plain arithmetic in float64. */
    private static GenerationOrder naiveOrder(
            AnyOrderModel model,
            int[] tokens,
            int condition,
            ConfidenceMeasure measure,
            double locality,
            CounterRandom draws) {
        int[] order = new int[CELLS];
        BitSet done = new BitSet();
        for (int step = 0; step < CELLS; step++) {
            int[] candidates =
                    IntStream.range(0, CELLS).filter(cell -> !done.get(cell)).toArray();
            double[][] probabilities = naiveProbabilities(model, tokens, condition, order, step, candidates);
            int best = -1;
            double bestScore = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < candidates.length; i++) {
                int candidate = candidates[i];
                double score = naiveScore(
                        probabilities[i],
                        tokens[candidate],
                        measure,
                        draws.derive(step).uniform(candidate));
                if (step > 0 && locality > 0) {
                    double nearest = Arrays.stream(order, 0, step)
                            .mapToDouble(other -> GRID.distance(candidate, other))
                            .min()
                            .orElseThrow();
                    score -= locality * nearest / GRID.diagonal();
                }
                if (score > bestScore) {
                    bestScore = score;
                    best = candidate;
                }
            }
            order[step] = best;
            done.set(best);
        }
        return GenerationOrder.of(order);
    }

    /** What the model expects of each candidate after the cells so far: one row of the batch, a whole sequence, asks for each. */
    private static double[][] naiveProbabilities(
            AnyOrderModel model, int[] tokens, int condition, int[] order, int step, int[] candidates) {
        int[][] orders = new int[candidates.length][];
        int[][] repeated = new int[candidates.length][];
        int[] conditions = new int[candidates.length];
        for (int i = 0; i < candidates.length; i++) {
            int candidate = candidates[i];
            orders[i] = IntStream.concat(
                            IntStream.concat(Arrays.stream(order, 0, step), IntStream.of(candidate)),
                            Arrays.stream(candidates).filter(cell -> cell != candidate))
                    .toArray();
            repeated[i] = tokens;
            conditions[i] = condition;
        }
        double[] flat = TensorScope.compute(() -> Tensors.withoutGradient(() -> Tensors.doubles(
                model.logits(Tensors.of(repeated), Tensors.of(conditions, candidates.length), Tensors.of(orders), false)
                        .select(1, step)
                        .softmax(-1))));
        return IntStream.range(0, candidates.length)
                .mapToObj(i -> Arrays.copyOfRange(flat, VOCABULARY * i, VOCABULARY * (i + 1)))
                .toArray(double[][]::new);
    }

    private static double naiveScore(double[] p, int truth, ConfidenceMeasure measure, double uniform) {
        double[] falling = Arrays.stream(p).map(x -> -x).sorted().map(x -> -x).toArray();
        return switch (measure) {
            case MAX_PROBABILITY -> falling[0];
            case GROUND_TRUTH_PROBABILITY -> p[truth];
            case SAMPLED_PROBABILITY -> p[inverseCumulative(p, uniform)];
            case NEGATIVE_ENTROPY -> Arrays.stream(p).map(x -> x * Math.log(x)).sum();
            case MARGIN -> falling[0] - falling[1];
            case TOP_K_MASS ->
                Arrays.stream(falling).limit(ConfidenceMeasure.TOP_K).sum();
        };
    }

    private static int inverseCumulative(double[] p, double uniform) {
        double sum = 0;
        for (int token = 0; token < p.length; token++) {
            sum += p[token];
            if (uniform < sum) {
                return token;
            }
        }
        return p.length - 1;
    }

    @ParameterizedTest
    @MethodSource("formulationsAndSeeds")
    void everyPolicyFillsEveryCellOnceAndRecordsItsOrder(Formulation formulation, long seed) {
        try (AnyOrderTransformer model = model(formulation, seed)) {
            List<GenerationOrder> fixed = List.of(
                    GenerationOrder.raster(CELLS),
                    GenerationOrder.uniform(CELLS, CounterRandom.of(seed, "a")),
                    GenerationOrder.uniform(CELLS, CounterRandom.of(seed, "b")));
            AnyOrderDecoder decoder = new AnyOrderDecoder(model);
            for (int steps : new int[] {0, 1, 4, 9}) {
                DecodedTokens decoded =
                        decoder.decode(request(seed, new OrderPolicy.GivenOrders(fixed, steps), sampled(), 3));
                assertThat(decoded.orders())
                        .as("seed %s, steps %s", seed, steps)
                        .isEqualTo(fixed);
            }
            for (int perStep : new int[] {1, 2, 4}) {
                OrderPolicy policy = new OrderPolicy.MostConfidentFirst(
                        ConfidenceMeasure.SAMPLED_PROBABILITY,
                        OrderPolicy.ConfidenceLogits.CONDITIONAL,
                        0,
                        1.0,
                        perStep);
                DecodedTokens decoded = decoder.decode(request(seed, policy, sampled(), 3));
                assertThat(decoded.orders()).as("seed " + seed).allMatch(order -> order.length() == CELLS);
                assertThat(decoded.orders().get(0))
                        .isNotEqualTo(decoded.orders().get(1));
                assertThat(Arrays.stream(decoded.tokens()).flatMapToInt(Arrays::stream))
                        .allMatch(token -> token >= 0 && token < VOCABULARY);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("formulationsAndSeeds")
    void guidanceOfScaleOneDrawsWhatTheConditionalModelDraws(Formulation formulation, long seed) {
        try (AnyOrderTransformer model = model(formulation, seed)) {
            OrderPolicy policy = OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.MARGIN);
            DecodingRequest plain = request(seed, policy, sampled(), 2);
            // Above 1 by less than any near-tie of these logits: the doubled batch is run, the answer is the
            // conditional one.
            ClassifierFreeGuidance hardly = ClassifierFreeGuidance.constant(1 + 1e-12);
            assertThat(hardly.active()).isTrue();
            DecodedTokens guided = new AnyOrderDecoder(model)
                    .decode(new DecodingRequest(
                            plain.conditions(),
                            plain.imageIndices(),
                            seed,
                            policy,
                            sampled(),
                            hardly,
                            KnownTokens.none()));
            DecodedTokens conditional = new AnyOrderDecoder(model).decode(plain);
            assertThat(guided.tokens()).as("seed " + seed).isDeepEqualTo(conditional.tokens());
            assertThat(guided.orders()).as("seed " + seed).isEqualTo(conditional.orders());
            assertThat(ClassifierFreeGuidance.constant(1).active()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("formulationsAndSeeds")
    void anImageDoesNotDependOnItsNeighboursAtEqualBatchSize(Formulation formulation, long seed) {
        try (AnyOrderTransformer model = TinyModels.transformer(formulation, GRID, seed, torch.ScalarType.Float)) {
            OrderPolicy policy = new OrderPolicy.MostConfidentFirst(
                    ConfidenceMeasure.NEGATIVE_ENTROPY, OrderPolicy.ConfidenceLogits.CONDITIONAL, 0, 1, 1);
            AnyOrderDecoder decoder = new AnyOrderDecoder(model);
            DecodedTokens first = decoder.decode(new DecodingRequest(
                    new int[] {1, 1, 1},
                    new long[] {0, 1, 2},
                    seed,
                    policy,
                    sampled(),
                    ClassifierFreeGuidance.OFF,
                    KnownTokens.none()));
            DecodedTokens second = decoder.decode(new DecodingRequest(
                    new int[] {2, 0, 1},
                    new long[] {9, 8, 2},
                    seed,
                    policy,
                    sampled(),
                    ClassifierFreeGuidance.OFF,
                    KnownTokens.none()));
            assertThat(second.tokens()[2]).as("seed " + seed).isEqualTo(first.tokens()[2]);
            assertThat(second.orders().get(2))
                    .as("seed " + seed)
                    .isEqualTo(first.orders().get(2));
            assertThat(second.tokens()[0]).as("seed " + seed).isNotEqualTo(first.tokens()[0]);
        }
    }

    @Test
    void aBatchOfMoreCellsThanCanBeCountedIsRefusedBeforeAnythingIsAllocated() {
        try (AnyOrderTransformer model = TinyModels.transformer(
                Formulation.POSITION_INSTRUCTION, new TokenGrid(1024, 1024), 1, torch.ScalarType.Float)) {
            DecodingRequest request =
                    request(1, OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.MARGIN), sampled(), 3000);
            assertThatThrownBy(() -> new AnyOrderDecoder(model).decode(request))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3000 images have 1048576 cells each");
        }
    }

    @Test
    void aMeasureThatLooksAtTheAnswerIsRefusedForDrawing() {
        assertThatThrownBy(() -> request(
                        1,
                        OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.GROUND_TRUTH_PROBABILITY),
                        sampled(),
                        2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be used for drawing");
    }
}
