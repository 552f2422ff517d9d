package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.model.AnyOrderModel;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Orders that fill the cell which tells most about the others. */
@ExtendWith(NativeMemory.class)
class InformativeFirstTests {
    private static final TokenGrid GRID = new TokenGrid(2, 3);
    private static final int CELLS = 6;

    @Test
    void theCellThatDecidesTheOthersComesFirst() {
        KeyCellModel model = new KeyCellModel(new TokenSpace(GRID, 4, CELLS));
        for (int key = 0; key < CELLS; key++) {
            int[][] images = {IntStream.generate(() -> 2).limit(CELLS).toArray()};
            int[] conditions = {key};
            int own = key;
            assertThat(order(model, conditions, images, CELLS).cellAt(0)).isEqualTo(own);
            // Once it is known the others tell nothing: they follow in the sequence of their numbers.
            assertThat(IntStream.of(order(model, conditions, images, CELLS).toArray())
                            .skip(1))
                    .isSorted();
            // No order of confidences finds it, nor do candidates among which it is not.
            assertThat(order(model, conditions, images, CELLS - 2).cellAt(0)).isNotEqualTo(own);
            OrderPolicy confident = OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY);
            OrderPolicy least = new LeastConfidentFirst(confident);
            assertThat(decode(model, conditions, images, least).orders().get(0).cellAt(0))
                    .isNotEqualTo(own);
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void everyStepTakesTheLargestFallOfTheOthersLossByTeacherForcedForwards(Formulation formulation) {
        for (long seed = 0; seed < 3; seed++) {
            CounterRandom random = CounterRandom.of(seed, "informative cells");
            int[][] images = new int[2][];
            for (int row = 0; row < 2; row++) {
                CounterRandom own = random.derive(row);
                images[row] = IntStream.range(0, CELLS)
                        .map(cell -> own.integer(11, cell))
                        .toArray();
            }
            try (AnyOrderTransformer model = TinyModels.transformer(formulation, GRID, seed, torch.ScalarType.Double)) {
                int[] conditions = {0, 2};
                OrderPolicy policy = new InformativeFirst(model, conditions, images, CELLS);
                List<GenerationOrder> orders =
                        decode(model, conditions, images, policy).orders();
                for (int row = 0; row < 2; row++) {
                    assertThat(orders.get(row))
                            .as("%s, seed %s, row %s", formulation, seed, row)
                            .isEqualTo(defined(model, conditions[row], images[row]));
                }
            }
        }
    }

    /** By the definition, every loss by a forward over the whole image in an order that has its cell next. */
    private static GenerationOrder defined(AnyOrderModel model, int condition, int[] image) {
        List<Integer> filled = new ArrayList<>();
        while (filled.size() < CELLS) {
            int best = -1;
            double most = Double.NEGATIVE_INFINITY;
            for (int candidate = 0; candidate < CELLS; candidate++) {
                if (!filled.contains(candidate)) {
                    List<Integer> with = new ArrayList<>(filled);
                    with.add(candidate);
                    double gain = 0;
                    for (int other = 0; other < CELLS; other++) {
                        if (!with.contains(other)) {
                            gain += loss(model, condition, image, filled, other)
                                    - loss(model, condition, image, with, other);
                        }
                    }
                    if (gain > most) {
                        most = gain;
                        best = candidate;
                    }
                }
            }
            filled.add(best);
        }
        return GenerationOrder.of(filled.stream().mapToInt(Integer::intValue).toArray());
    }

    private static double loss(AnyOrderModel model, int condition, int[] image, List<Integer> context, int cell) {
        List<Integer> order = new ArrayList<>(context);
        order.add(cell);
        IntStream.range(0, CELLS).filter(other -> !order.contains(other)).forEach(order::add);
        int[][] orders = {order.stream().mapToInt(Integer::intValue).toArray()};
        return TensorScope.compute(() -> Tensors.withoutGradient(() -> {
            Tensor logits = model.logits(
                    Tensors.of(new int[][] {image}), Tensors.of(new int[] {condition}, 1), Tensors.of(orders), false);
            double[] logs = Tensors.doubles(
                    logits.select(0, 0).select(0, context.size()).log_softmax(-1));
            return -logs[image[cell]];
        }));
    }

    @Test
    void candidatesAreTheCellsOfHighestEntropy() {
        int[][] images = {{1, 2, 3, 4, 5, 6}};
        int[] conditions = {1};
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 4, torch.ScalarType.Double)) {
            OrderPolicy least =
                    new LeastConfidentFirst(OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY));
            // Of one candidate nothing is left to be chosen.
            assertThat(order(model, conditions, images, 1))
                    .isEqualTo(decode(model, conditions, images, least).orders().get(0));
            assertThat(order(model, conditions, images, CELLS))
                    .isNotEqualTo(order(model, conditions, images, 1))
                    .isEqualTo(order(model, conditions, images, 100));
        }
    }

    @Test
    void imagesThatAreDrawnAndOtherImagesAreRefused() {
        KeyCellModel model = new KeyCellModel(new TokenSpace(GRID, 4, CELLS));
        int[][] images = {{1, 2, 3, 1, 2, 3}};
        OrderPolicy policy = new InformativeFirst(model, new int[] {0}, images, 3);
        for (TokenSource source : List.of(
                new TokenSource.Sampled(SamplingFilter.NONE),
                new TokenSource.GroundTruth(new int[][] {{1, 2, 3, 1, 2, 0}}))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> policy.check(1, source))
                    .withMessageContaining("measured on real images");
        }
        policy.check(1, new TokenSource.GroundTruth(images));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InformativeFirst(model, new int[] {0}, images, 0))
                .withMessageContaining("at least 1 candidate");
    }

    private static GenerationOrder order(AnyOrderModel model, int[] conditions, int[][] images, int candidates) {
        return decode(model, conditions, images, new InformativeFirst(model, conditions, images, candidates))
                .orders()
                .get(0);
    }

    private static DecodedTokens decode(AnyOrderModel model, int[] conditions, int[][] images, OrderPolicy policy) {
        return new AnyOrderDecoder(model)
                .decode(new DecodingRequest(
                        conditions,
                        IntStream.range(0, conditions.length).asLongStream().toArray(),
                        7,
                        policy,
                        new TokenSource.GroundTruth(images),
                        ClassifierFreeGuidance.OFF,
                        KnownTokens.none()));
    }
}
