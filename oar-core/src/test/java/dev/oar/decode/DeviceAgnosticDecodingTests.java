package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.oar.model.AnyOrderModel;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.AutoregressiveModel;
import dev.oar.model.CaptionEmbeddings;
import dev.oar.model.DecodingState;
import dev.oar.model.LlamaGenGpt;
import dev.oar.model.LlamaGenGptConfig;
import dev.oar.model.TokenSpace;
import dev.oar.model.TokenizedCaptions;
import dev.oar.model.TrainedOrders;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Device;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Drawing on a device without values: it refuses every reading, so that whatever runs through there waits for nothing, and every tensor
 * of another device that meets one of its own.
 */
@ExtendWith(NativeMemory.class)
class DeviceAgnosticDecodingTests {
    private static final TokenGrid GRID = new TokenGrid(3, 3);
    private static final int CELLS = GRID.cells();
    private static final int BATCH = 2;

    static Stream<Arguments> models() {
        return Stream.of(
                model("position instruction", () -> transformer(Formulation.POSITION_INSTRUCTION), true),
                model("dual position", () -> transformer(Formulation.DUAL_POSITION), true),
                model("ARPG", () -> TinyModels.arpg(GRID, 1, torch.ScalarType.Float), true),
                model("RAR", () -> TinyModels.anyOrderRar(GRID, 1, torch.ScalarType.Float), true),
                model(
                        "RAR for raster order",
                        () -> TinyModels.rar(TrainedOrders.RASTER, GRID, 1, torch.ScalarType.Float),
                        false),
                model("LlamaGen", DeviceAgnosticDecodingTests::llamaGen, false));
    }

    private static Arguments model(String name, Supplier<AutoregressiveModel> made, boolean anyOrder) {
        return Arguments.of(name, made, anyOrder);
    }

    private static AnyOrderTransformer transformer(Formulation formulation) {
        return TinyModels.transformer(formulation, GRID, 1, torch.ScalarType.Float);
    }

    private static LlamaGenGpt llamaGen() {
        LlamaGenGptConfig config = LlamaGenGptConfig.of(32, 2, 4);
        TokenSpace space = new TokenSpace(GRID, 11, 3);
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            LlamaGenGpt.shapes(config, space)
                    .forEach((name, shape) -> tensors.put(name, Tensors.normal(tensors.size(), shape)));
            return new LlamaGenGpt(config, space, Weights.owning(tensors));
        }
    }

    private static DecodingRequest request(OrderPolicy policy, TokenFilter filter, double guidance, int... known) {
        BitSet cells = new BitSet();
        for (int cell : known) {
            cells.set(cell);
        }
        return new DecodingRequest(
                new int[] {0, 1},
                new long[] {5, 6},
                7,
                policy,
                new TokenSource.Sampled(filter),
                ClassifierFreeGuidance.constant(guidance),
                new KnownTokens(cells, new int[BATCH][CELLS]));
    }

    private static OrderPolicy fixed(boolean anyOrder, int steps) {
        GenerationOrder order =
                anyOrder ? GenerationOrder.of(new int[] {4, 0, 8, 2, 6, 1, 3, 5, 7}) : GenerationOrder.raster(CELLS);
        return new OrderPolicy.GivenOrders(Collections.nCopies(BATCH, order), steps);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void aFixedOrderWaitsForNothingBeforeAllTokensAreDrawn(
            String name, Supplier<AutoregressiveModel> made, boolean anyOrder) {
        List<TokenFilter> filters = List.of(
                SamplingFilter.NONE,
                SamplingFilter.GREEDY,
                new SamplingFilter(0.9, 4, 1),
                new SamplingFilter(1, 0, 0.8),
                new EntropyTemperature(1, 4, 0.8));
        try (AutoregressiveModel model = Device.META.compute(made::get)) {
            assertThat(model.device()).isEqualTo(Device.META);
            for (WeightFormat format : List.of(WeightFormat.FLOAT32, WeightFormat.BFLOAT16)) {
                try (AutoregressiveModel packed = model.packed(format)) {
                    for (TokenFilter filter : filters) {
                        requireOneReading(packed, request(fixed(anyOrder, 0), filter, 1));
                        requireOneReading(packed, request(fixed(anyOrder, 0), filter, 3));
                        if (anyOrder) {
                            requireOneReading(packed, request(fixed(true, 4), filter, 3));
                            requireOneReading(packed, request(fixed(true, 3), filter, 1, 0, 5, 8));
                        }
                    }
                }
            }
            assertThatThrownBy(() -> new AnyOrderDecoder(model).decode(request(fixed(anyOrder, 0), filters.get(0), 1)))
                    .hasMessageContaining("meta");
        }
        assertThat(Device.inForce()).isEqualTo(Device.CPU);
    }

    /** Runs where there is a GPU alone. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void aGpuDrawsWhatTheProcessorDraws(String name, Supplier<AutoregressiveModel> made, boolean anyOrder) {
        assumeThat(Device.gpus()).isPositive();
        DecodingRequest request = request(fixed(anyOrder, 0), SamplingFilter.GREEDY, 2);
        try (AutoregressiveModel here = made.get();
                AutoregressiveModel there = Device.cuda(0).compute(made::get)) {
            assertThat(new AnyOrderDecoder(there).decode(request).tokens())
                    .isDeepEqualTo(new AnyOrderDecoder(here).decode(request).tokens());
        }
    }

    /** Runs where there is a GPU alone. Scores as close as rounding could be chosen apart; those of random weights are not. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void aGpuChoosesAndScoresAsTheProcessor(String name, Supplier<AutoregressiveModel> made, boolean anyOrder) {
        assumeThat(Device.gpus()).isPositive();
        assumeThat(anyOrder).isTrue();
        OrderPolicy dynamic = OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY);
        DecodingRequest request = request(dynamic, SamplingFilter.GREEDY, 2, 4);
        try (AutoregressiveModel here = made.get();
                AutoregressiveModel there = Device.cuda(0).compute(made::get)) {
            DecodedTokens expected = new AnyOrderDecoder(here).decode(request);
            DecodedTokens drawn = new AnyOrderDecoder(there).decode(request);
            assertThat(drawn.orders()).isEqualTo(expected.orders());
            assertThat(drawn.tokens()).isDeepEqualTo(expected.tokens());
        }
    }

    private static void requireOneReading(AutoregressiveModel model, DecodingRequest request) {
        List<String> readings = new ArrayList<>();
        DecodedTokens decoded = new AnyOrderDecoder(model).decode(request, records -> {
            readings.add(Device.of(records).label() + " " + Arrays.toString(records.shape()));
            return new double[2 * BATCH * CELLS];
        });
        assertThat(readings).containsExactly("meta [2, 2, 9]");
        assertThat(decoded.orders())
                .allSatisfy(order -> assertThat(order.toArray()).hasSize(CELLS));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void aDynamicOrderWaitsForTheScoresOfItsStepAlone(
            String name, Supplier<AutoregressiveModel> made, boolean anyOrder) {
        try (AutoregressiveModel model = Device.META.compute(made::get)) {
            int[][] asked = anyOrder ? new int[][] {{1, 2}, {3, 8}} : new int[][] {{0}, {0}};
            int[][] chosen = anyOrder ? new int[][] {{2}, {8}} : asked;
            model.device().run(() -> {
                try (DecodingState state = model.start(new int[] {0, 3});
                        TensorScope ignored = TensorScope.open()) {
                    Tensor logits = state.peek(asked);
                    assertThat(Device.of(logits)).isEqualTo(Device.META);
                    assertThat(logits.shape()).containsExactly(BATCH, asked[0].length, 11);
                    state.commit(chosen, Tensors.zeros(torch.ScalarType.Long, BATCH, 1));
                    int[][] next = anyOrder ? new int[][] {{1, 3}, {3, 7}} : new int[][] {{1}, {1}};
                    assertThat(state.peek(next).size(1)).isEqualTo(next[0].length);
                    assertThat(state.committed()).isEqualTo(1);
                }
            });
        }
    }

    @Test
    void captionsCrossOverOnceAtTheBeginning() {
        try (CaptionEmbeddings captions = TinyModels.captions(1, 2, 4);
                AnyOrderTransformer plain = Device.META.compute(
                        () -> TinyModels.captioned(Formulation.POSITION_INSTRUCTION, GRID, 1, torch.ScalarType.Float));
                AnyOrderModel model = plain.withCaptions(captions)) {
            requireOneReading(model, request(fixed(true, 4), SamplingFilter.NONE, 3));
        }
    }

    @Test
    void captionsThatTheModelReadsItselfCrossOverOnce() {
        TokenizedCaptions captions = TokenizedCaptions.of(List.of(new int[] {3, 1, 299}, new int[] {7}));
        try (AnyOrderTransformer plain = Device.META.compute(
                        () -> TinyModels.reading(Formulation.DUAL_POSITION, GRID, 1, torch.ScalarType.Float));
                AnyOrderModel model = plain.withCaptions(captions)) {
            requireOneReading(model, request(fixed(true, 4), SamplingFilter.NONE, 3));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void wholeImagesAreScoredWithoutWaiting(String name, Supplier<AutoregressiveModel> made, boolean anyOrder) {
        try (AutoregressiveModel model = Device.META.compute(made::get);
                Device.Use ignored = model.device().use()) {
            Supplier<long[]> shape = () -> TensorScope.compute(() -> model.logits(
                            Tensors.zeros(torch.ScalarType.Long, BATCH, CELLS),
                            Tensors.zeros(torch.ScalarType.Long, BATCH),
                            Tensors.zeros(torch.ScalarType.Long, BATCH, CELLS),
                            false)
                    .shape());
            if (anyOrder) {
                assertThat(shape.get()).containsExactly(BATCH, CELLS, 11);
            } else {
                // That the order is raster is checked by its numbers.
                assertThatThrownBy(shape::get).hasMessageContaining("meta");
            }
        }
    }
}
