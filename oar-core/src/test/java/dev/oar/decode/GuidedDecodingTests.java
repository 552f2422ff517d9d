package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.checkpoint.Safetensors;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.Golden;
import dev.oar.testing.GoldenModels;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Guidance, order noise and locality as the decoder applies them: against reference numbers, and against plain arithmetic. */
@ExtendWith(NativeMemory.class)
class GuidedDecodingTests {
    private static final TokenGrid GRID = new TokenGrid(3, 3);
    private static final int CELLS = GRID.cells();
    private static final int BATCH = 2;
    private static final int SEEDS = 5;
    private static final double FIRST_SCALE = 1.5;
    private static final double LAST_SCALE = 4;

    static List<Golden> cases() {
        return Golden.ofKind("randar");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theDecoderDrawsTheReferenceTokensExactlyUnderEveryGuidanceAndSchedule(Golden golden) throws IOException {
        Safetensors runs = golden.open("generate.safetensors");
        try (AnyOrderTransformer model = GoldenModels.randAr(golden)) {
            for (JsonNode run : golden.config().get("generate")) {
                try (TensorScope ignored = TensorScope.open()) {
                    String name = run.get("name").asString();
                    int[][] orders = Tensors.intRows(Golden.read(runs, name + "_token_order"));
                    JsonNode scales = run.get("cfg_scales");
                    double last = scales.get(1).asDouble();
                    // The reference runs without guidance unless the last scale is above 1.
                    ClassifierFreeGuidance guidance = last > 1
                            ? ClassifierFreeGuidance.linear(scales.get(0).asDouble(), last)
                            : ClassifierFreeGuidance.OFF;
                    DecodedTokens decoded = new AnyOrderDecoder(model)
                            .decode(new DecodingRequest(
                                    Tensors.ints(Golden.read(runs, name + "_cond")),
                                    LongStream.range(0, orders.length).toArray(),
                                    1,
                                    new OrderPolicy.GivenOrders(
                                            Arrays.stream(orders)
                                                    .map(GenerationOrder::of)
                                                    .toList(),
                                            Math.max(
                                                    0,
                                                    run.get("num_inference_steps")
                                                            .asInt())),
                                    new TokenSource.Sampled(SamplingFilter.GREEDY),
                                    guidance,
                                    KnownTokens.none()));
                    assertThat(decoded.tokens())
                            .as(name)
                            .isDeepEqualTo(Tensors.intRows(Golden.read(runs, name + "_tokens")));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void aFixedOrderIsGuidedByTheShareOfExistingCellsThatAreFilledKnownOnesIncluded(Formulation formulation) {
        for (long seed = 0; seed < SEEDS; seed++) {
            try (AnyOrderTransformer model = model(formulation, seed)) {
                CounterRandom random = CounterRandom.of(seed, "orders of a test");
                OrderPolicy policy = new OrderPolicy.GivenOrders(
                        IntStream.range(0, BATCH)
                                .mapToObj(row -> GenerationOrder.uniform(CELLS, random.derive(row)))
                                .toList(),
                        0);
                for (KnownTokens known : List.of(KnownTokens.none(), known(seed), cut(seed))) {
                    DecodingRequest request = request(seed, policy, known);
                    DecodedTokens decoded = new AnyOrderDecoder(model).decode(request);
                    for (int row = 0; row < BATCH; row++) {
                        int[] order = decoded.orders().get(row).toArray();
                        for (int count = known.cells().cardinality(); count < existing(known); count++) {
                            Answers answers = answers(
                                    model, request, decoded, row, count, Arrays.copyOfRange(order, count, count + 1));
                            assertThat(decoded.tokens()[row][order[count]])
                                    .as(
                                            "seed %d, row %d, cell %d of %d known",
                                            seed, row, count, known.cells().cardinality())
                                    .isEqualTo(largest(answers.guided()[0]));
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void confidenceIsReadFromTheLogitsAskedForAndTokensFromTheGuidedOnes(Formulation formulation) {
        int different = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            try (AnyOrderTransformer model = model(formulation, seed)) {
                for (KnownTokens known : List.of(KnownTokens.none(), known(seed), cut(seed))) {
                    List<GenerationOrder> guided =
                            replayed(model, request(seed, policy(ConfidenceLogits.GUIDED, 0, 0, 1), known));
                    List<GenerationOrder> conditional =
                            replayed(model, request(seed, policy(ConfidenceLogits.CONDITIONAL, 0, 0, 1), known));
                    different += guided.equals(conditional) ? 0 : 1;
                }
            }
        }
        assertThat(different).as("the two kinds of logits must be told apart").isPositive();
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void orderNoiseIsGumbelOfSeedImageStepAndCellAndFadesWithTheCellsToBeDrawn(Formulation formulation) {
        int different = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            try (AnyOrderTransformer model = model(formulation, seed)) {
                for (KnownTokens known : List.of(KnownTokens.none(), known(seed), cut(seed))) {
                    for (double locality : new double[] {0, 0.7}) {
                        List<GenerationOrder> greedy = replayed(
                                model, request(seed, policy(ConfidenceLogits.CONDITIONAL, locality, 0, 2), known));
                        List<GenerationOrder> noisy = replayed(
                                model, request(seed, policy(ConfidenceLogits.CONDITIONAL, locality, 0.8, 2), known));
                        different += noisy.equals(greedy) ? 0 : 1;
                    }
                }
            }
        }
        assertThat(different).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void behindTheLastGuidedCellTheConditionalModelDrawsAlone(Formulation formulation) {
        ClassifierFreeGuidance firstCells = new ClassifierFreeGuidance(new GuidanceScale.FirstCells(LAST_SCALE, 5));
        for (long seed = 0; seed < SEEDS; seed++) {
            try (AnyOrderTransformer model = model(formulation, seed)) {
                for (ConfidenceLogits logits : ConfidenceLogits.values()) {
                    for (KnownTokens known : List.of(KnownTokens.none(), known(seed))) {
                        DecodingRequest linear = request(seed, policy(logits, 0, 0, 2), known);
                        var unused = replayed(
                                model,
                                new DecodingRequest(
                                        linear.conditions(),
                                        linear.imageIndices(),
                                        seed,
                                        linear.policy(),
                                        linear.source(),
                                        firstCells,
                                        known));
                    }
                }
            }
        }
    }

    /** Decodes, checks every choice of cells and tokens by full forwards and plain arithmetic, and returns the orders. */
    private static List<GenerationOrder> replayed(AnyOrderTransformer model, DecodingRequest request) {
        DecodedTokens decoded = new AnyOrderDecoder(model).decode(request);
        OrderPolicy.MostConfidentFirst policy = (OrderPolicy.MostConfidentFirst) request.policy();
        for (int row = 0; row < BATCH; row++) {
            int[] order = decoded.orders().get(row).toArray();
            int count = request.known().cells().cardinality();
            int end = existing(request.known());
            for (int step = 0; count < end; step++) {
                int[] open = Arrays.stream(order, count, end).sorted().toArray();
                Answers answers = answers(model, request, decoded, row, count, open);
                double[] ranks = ranks(request, policy, answers, open, order, row, count, step);
                int[] best = IntStream.range(0, open.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> -ranks[i]))
                        .mapToInt(Integer::intValue)
                        .toArray();
                for (int i = 0; i < Math.min(policy.cellsPerStep(), open.length); i++) {
                    String where = policy + ", seed " + request.seeds()[row] + ", row " + row + ", step " + step;
                    assertThat(order[count + i]).as(where).isEqualTo(open[best[i]]);
                    assertThat(decoded.tokens()[row][open[best[i]]])
                            .as(where)
                            .isEqualTo(largest(answers.guided()[best[i]]));
                }
                count += policy.cellsPerStep();
            }
        }
        return decoded.orders();
    }

    /** The largest probability of each candidate, or its logarithm with noise, less the distance to the nearest filled cell. */
    private static double[] ranks(
            DecodingRequest request,
            OrderPolicy.MostConfidentFirst policy,
            Answers answers,
            int[] open,
            int[] order,
            int row,
            int count,
            int step) {
        CounterRandom noise = CounterRandom.of(request.seeds()[row], "order noise")
                .derive(request.imageIndices()[row])
                .derive(step);
        double[] ranks = new double[open.length];
        for (int i = 0; i < open.length; i++) {
            int cell = open[i];
            double[] logits =
                    policy.logits() == ConfidenceLogits.GUIDED ? answers.guided()[i] : answers.conditional()[i];
            double total = Arrays.stream(logits).map(Math::exp).sum();
            double probability = Math.exp(logits[largest(logits)]) / total;
            double nearest = Arrays.stream(order, 0, count)
                    .mapToDouble(filled -> GRID.distance(cell, filled))
                    .min()
                    .orElse(0);
            int end = existing(request.known());
            double fading = policy.noise().scale()
                    * (end - count)
                    / (end - request.known().cells().cardinality());
            ranks[i] = (policy.noise().scale() > 0 ? Math.log(probability) + fading * noise.gumbel(cell) : probability)
                    - policy.localityWeight() * nearest / GRID.diagonal();
        }
        return ranks;
    }

    /**
     * What the model says of some cells behind the first {@code count} of a row's order.
     *
     * @param conditional {@code [cells][vocabulary]}
     * @param guided {@code [cells][vocabulary]}
     */
    private record Answers(double[][] conditional, double[][] guided) {}

    private static Answers answers(
            AnyOrderTransformer model,
            DecodingRequest request,
            DecodedTokens decoded,
            int row,
            int count,
            int[] cells) {
        double[][] conditional = logits(model, request.conditions()[row], decoded, row, count, cells);
        double[][] unconditional = logits(model, model.space().unconditional(), decoded, row, count, cells);
        GuidanceScale schedule = ((ClassifierFreeGuidance) request.guidance()).scale();
        double scale = schedule instanceof GuidanceScale.FirstCells first
                ? count < first.guidedCells() ? first.scale() : 1
                : FIRST_SCALE + (LAST_SCALE - FIRST_SCALE) * count / existing(request.known());
        double[][] guided = new double[cells.length][];
        for (int i = 0; i < cells.length; i++) {
            double[] with = conditional[i];
            double[] without = unconditional[i];
            guided[i] = IntStream.range(0, with.length)
                    .mapToDouble(token -> without[token] + scale * (with[token] - without[token]))
                    .toArray();
        }
        return new Answers(conditional, guided);
    }

    /** One full teacher-forced forward whose row i asks for the i-th cell right behind the filled ones. */
    private static double[][] logits(
            AnyOrderTransformer model, int condition, DecodedTokens decoded, int row, int count, int[] cells) {
        int[][] orders = new int[cells.length][];
        for (int i = 0; i < cells.length; i++) {
            int[] order = decoded.orders().get(row).toArray();
            int asked = cells[i];
            int at = IntStream.range(0, CELLS)
                    .filter(step -> order[step] == asked)
                    .findFirst()
                    .orElseThrow();
            order[at] = order[count];
            order[count] = asked;
            orders[i] = order;
        }
        int[][] tokens =
                Stream.generate(() -> decoded.tokens()[row]).limit(cells.length).toArray(int[][]::new);
        int[] conditions = new int[cells.length];
        Arrays.fill(conditions, condition);
        double[] flat = TensorScope.compute(() -> {
            Tensor all =
                    model.logits(Tensors.of(tokens), Tensors.of(conditions, cells.length), Tensors.of(orders), false);
            return Tensors.doubles(all.select(1, count));
        });
        int vocabulary = flat.length / cells.length;
        return IntStream.range(0, cells.length)
                .mapToObj(i -> Arrays.copyOfRange(flat, i * vocabulary, (i + 1) * vocabulary))
                .toArray(double[][]::new);
    }

    private static DecodingRequest request(long seed, OrderPolicy policy, KnownTokens known) {
        return new DecodingRequest(
                new int[] {0, 2},
                new long[] {5, 1},
                seed,
                policy,
                new TokenSource.Sampled(SamplingFilter.GREEDY),
                ClassifierFreeGuidance.linear(FIRST_SCALE, LAST_SCALE),
                known);
    }

    private static OrderPolicy policy(ConfidenceLogits logits, double locality, double noise, int cellsPerStep) {
        return new OrderPolicy.MostConfidentFirst(
                ConfidenceMeasure.MAX_PROBABILITY, logits, locality, noise, cellsPerStep);
    }

    private static KnownTokens known(long seed) {
        CounterRandom random = CounterRandom.of(seed, "known tokens of a test");
        BitSet cells = new BitSet();
        cells.set(1);
        cells.set(4);
        cells.set(8);
        int[][] tokens = new int[BATCH][CELLS];
        for (int row = 0; row < BATCH; row++) {
            for (int cell = 0; cell < CELLS; cell++) {
                tokens[row][cell] = random.derive(row).integer(11, cell);
            }
        }
        return new KnownTokens(cells, tokens);
    }

    /** As {@link #known}, of a picture that lacks two cells of the grid. */
    private static KnownTokens cut(long seed) {
        KnownTokens known = known(seed);
        BitSet absent = new BitSet();
        absent.set(2);
        absent.set(5);
        return new KnownTokens(known.cells(), known.tokens(), absent);
    }

    private static int existing(KnownTokens known) {
        return CELLS - known.absent().cardinality();
    }

    private static AnyOrderTransformer model(Formulation formulation, long seed) {
        return TinyModels.transformer(formulation, GRID, seed, torch.ScalarType.Double);
    }

    private static int largest(double[] values) {
        return IntStream.range(0, values.length)
                .reduce((best, i) -> values[i] > values[best] ? i : best)
                .orElseThrow();
    }
}
