package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.decode.OrderNoise.Annealing;
import dev.oar.model.AnyOrderModel;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.OrderHistory;
import dev.oar.model.OrderNetwork;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import dev.oar.testing.WatchedModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Orders that a small network finds while a model draws. */
@ExtendWith(NativeMemory.class)
class NetworkOrderTests {
    private static final TokenGrid GRID = new TokenGrid(4, 4);
    private static final int CELLS = GRID.cells();
    private static final OrderNetwork.Inputs INPUTS = new OrderNetwork.Inputs(GRID, 11, 3);

    private static OrderNetwork network(long seed) {
        return TinyModels.orderNetwork(INPUTS, seed, torch.ScalarType.Double);
    }

    private static AnyOrderTransformer model(Formulation formulation, long seed) {
        return TinyModels.transformer(formulation, GRID, seed, torch.ScalarType.Double);
    }

    private static NetworkOrder noisy(OrderNetwork network, int cellsPerStep, int spacing) {
        return new NetworkOrder(
                network,
                new OrderNoise.OfLogarithm(1, Annealing.CONSTANT),
                spacing,
                open -> DecodingSchedule.uniform(open, cellsPerStep));
    }

    private static DecodingRequest request(OrderPolicy policy, long seed, int[] conditions, KnownTokens known) {
        long[] indices = new long[conditions.length];
        for (int row = 0; row < indices.length; row++) {
            indices[row] = row;
        }
        return new DecodingRequest(
                conditions,
                indices,
                seed,
                policy,
                new TokenSource.Sampled(SamplingFilter.NONE),
                ClassifierFreeGuidance.constant(2),
                known);
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void everyOpenCellIsFilledOnceAndNoKnownOrAbsentOneIsChosen(Formulation formulation) {
        BitSet known = BitSet.valueOf(new long[] {0b10010});
        BitSet absent = BitSet.valueOf(new long[] {0b1000000001});
        for (long seed = 0; seed < 4; seed++) {
            try (AnyOrderTransformer model = model(formulation, seed);
                    OrderNetwork network = network(seed)) {
                for (int cellsPerStep : new int[] {1, 3}) {
                    // The decoder refuses a policy that chooses a filled or absent cell.
                    DecodedTokens decoded = new AnyOrderDecoder(model)
                            .decode(request(
                                    noisy(network, cellsPerStep, 1),
                                    seed,
                                    new int[] {0, 2},
                                    new KnownTokens(known, new int[2][CELLS], absent)));
                    for (GenerationOrder order : decoded.orders()) {
                        Set<Integer> first = Set.of(order.cellAt(0), order.cellAt(1));
                        assertThat(first).as("seed %s", seed).containsExactlyInAnyOrder(1, 4);
                        assertThat(order.toArray()).as("seed %s", seed).endsWith(0, 9);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void theModelIsAskedOnlyAboutTheCellsThatAreFilled(Formulation formulation) {
        List<String> questions = new ArrayList<>();
        try (AnyOrderModel model = new WatchedModel(model(formulation, 1), questions);
                OrderNetwork network = network(1)) {
            var unused = new AnyOrderDecoder(model)
                    .decode(request(NetworkOrder.greedy(network), 1, new int[] {0, 1}, KnownTokens.none()));
        }
        // Two images, each with and without its condition.
        assertThat(questions).hasSize(CELLS).containsOnly("group 4 x 1");
    }

    @Test
    void equalSeedsFindEqualOrdersAndOthersOthers() {
        Set<List<GenerationOrder>> orders = new HashSet<>();
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION, 1);
                OrderNetwork network = network(2)) {
            AnyOrderDecoder decoder = new AnyOrderDecoder(model);
            for (long seed = 0; seed < 6; seed++) {
                DecodingRequest request = request(noisy(network, 1, 0), seed, new int[] {0, 0}, KnownTokens.none());
                DecodedTokens decoded = decoder.decode(request);
                assertThat(decoder.decode(request).orders()).as("seed %s", seed).isEqualTo(decoded.orders());
                assertThat(decoded.orders().get(0))
                        .as("seed %s: two images of one class", seed)
                        .isNotEqualTo(decoded.orders().get(1));
                orders.add(decoded.orders());
            }
        }
        assertThat(orders).hasSize(6);
    }

    @Test
    void theOrderOfAnImageDoesNotDependOnItsNeighbours() {
        for (long seed = 0; seed < 4; seed++) {
            try (AnyOrderTransformer model = model(Formulation.POSITION_INSTRUCTION, seed);
                    OrderNetwork network = network(seed)) {
                AnyOrderDecoder decoder = new AnyOrderDecoder(model);
                DecodedTokens one =
                        decoder.decode(request(noisy(network, 2, 1), seed, new int[] {1, 0}, KnownTokens.none()));
                DecodedTokens other =
                        decoder.decode(request(noisy(network, 2, 1), seed, new int[] {1, 2}, KnownTokens.none()));
                assertThat(other.orders().get(0))
                        .as("seed %s", seed)
                        .isEqualTo(one.orders().get(0));
                assertThat(other.tokens()[0]).as("seed %s", seed).isEqualTo(one.tokens()[0]);
            }
        }
    }

    @Test
    void noStepHoldsMoreThanOneOfAnOrderKnownBeforehand() {
        try (AnyOrderTransformer model = model(Formulation.POSITION_INSTRUCTION, 1);
                OrderNetwork network = network(1)) {
            List<Long> found = pointers(model, noisy(network, 1, 0));
            List<Long> given = pointers(model, new OrderPolicy.GivenOrders(List.of(GenerationOrder.raster(CELLS)), 0));
            assertThat(found).hasSize(CELLS);
            long more = found.get(0) - given.get(0);
            for (int step = 0; step < CELLS; step++) {
                assertThat(found.get(step) - given.get(step))
                        .as("step %s", step)
                        .isEqualTo(more);
            }
        }
    }

    /** How many native pointers are alive after each step. */
    private static List<Long> pointers(AnyOrderModel model, OrderPolicy policy) {
        List<Long> alive = new ArrayList<>();
        var unused = new AnyOrderDecoder(model)
                .decode(new DecodingRequest(
                        new int[] {0},
                        new long[] {0},
                        1,
                        policy,
                        new TokenSource.Sampled(SamplingFilter.NONE),
                        ClassifierFreeGuidance.OFF,
                        KnownTokens.none(),
                        step -> alive.add(Pointer.totalCount())));
        return alive;
    }

    @Test
    void aConstantNoiseOfOneDrawsCellsAsTheScoresSay() {
        int draws = 4000;
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION, 1);
                OrderNetwork network = network(3)) {
            // The first cell alone: nothing is seen but the condition.
            double[] expected = TensorScope.compute(() -> Tensors.withoutGradient(() -> {
                Tensor none = Tensors.zeros(torch.ScalarType.Long, 1, 0);
                return Tensors.doubles(new OrderHistory(network, new int[][] {{1}})
                        .scores(none, none)
                        .softmax(-1));
            }));
            int[] conditions = new int[draws];
            Arrays.fill(conditions, 1);
            int[] first = new int[CELLS];
            new AnyOrderDecoder(model)
                    .decode(new DecodingRequest(
                            conditions,
                            LongStream.range(0, draws).toArray(),
                            7,
                            noisy(network, 1, 0),
                            new TokenSource.Sampled(SamplingFilter.NONE),
                            ClassifierFreeGuidance.OFF,
                            new KnownTokens(new BitSet(), new int[0][])))
                    .orders()
                    .forEach(order -> first[order.cellAt(0)]++);
            for (int cell = 0; cell < CELLS; cell++) {
                double deviation = Math.sqrt(expected[cell] * (1 - expected[cell]) / draws);
                assertThat((double) first[cell] / draws)
                        .as("cell %s", cell)
                        .isBetween(expected[cell] - 5 * deviation, expected[cell] + 5 * deviation);
            }
        }
    }

    @Test
    void aNetworkForAnotherGridOrOfDamagedWeightsIsRefused() {
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION, 1);
                OrderNetwork other = TinyModels.orderNetwork(
                        new OrderNetwork.Inputs(TokenGrid.square(3), 11, 3), 1, torch.ScalarType.Double);
                OrderNetwork damaged = network(1)) {
            AnyOrderDecoder decoder = new AnyOrderDecoder(model);
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            decoder.decode(request(NetworkOrder.greedy(other), 1, new int[] {0}, KnownTokens.none())))
                    .withMessageContaining("that has 9 cells and the grid drawn on 16");
            TensorScope.run(() -> damaged.weights().get("output.weight").fill_(new Scalar(Double.NaN)));
            assertThatExceptionOfType(ArithmeticException.class)
                    .isThrownBy(() ->
                            decoder.decode(request(NetworkOrder.greedy(damaged), 1, new int[] {0}, KnownTokens.none())))
                    .withMessageContaining("scores of an order network must be finite");
        }
    }
}
