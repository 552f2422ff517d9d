package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.decode.ConfidenceRanking.FillFirst;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.DecodingState;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Orders that fill what the model is least sure of. */
@ExtendWith(NativeMemory.class)
class LeastConfidentFirstTests {
    private static final TokenGrid GRID = new TokenGrid(3, 4);
    private static final int[][] IMAGE = {
        IntStream.range(0, 12).map(i -> i % 11).toArray()
    };

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void theNextCellIsTheOneOfLeastConfidenceAndTheConfidenceIsTheMeasuresOwn(Formulation formulation) {
        for (long seed = 0; seed < 4; seed++) {
            try (AnyOrderTransformer model = TinyModels.transformer(formulation, GRID, seed, torch.ScalarType.Double)) {
                OrderPolicy policy = ConfidenceRanking.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY)
                        .withFirst(FillFirst.LEAST_CONFIDENT)
                        .fillFirst()
                        .of(OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY));
                DecodedTokens decoded = decode(model, policy);
                List<Integer> open =
                        new ArrayList<>(IntStream.range(0, 12).boxed().toList());
                try (DecodingState state = model.start(new int[] {1})) {
                    for (int step = 0; step < 12; step++) {
                        double[] entropies = entropies(state, open);
                        int least = 0;
                        for (int i = 1; i < entropies.length; i++) {
                            least = entropies[i] > entropies[least] ? i : least;
                        }
                        int cell = decoded.orders().get(0).cellAt(step);
                        assertThat(cell)
                                .as("%s, seed %s, step %s", formulation, seed, step)
                                .isEqualTo(open.get(least));
                        assertThat(decoded.confidences()[0][cell]).isCloseTo(-entropies[least], within(1e-9));
                        open.remove(least);
                        state.commit(new int[][] {{cell}}, new int[][] {{IMAGE[0][cell]}});
                    }
                }
            }
        }
    }

    /** By the definition, in nats. */
    private static double[] entropies(DecodingState state, List<Integer> open) {
        int[] cells = open.stream().mapToInt(Integer::intValue).toArray();
        return TensorScope.compute(() -> {
            Tensor logs = state.peek(new int[][] {cells}).select(0, 0).log_softmax(-1);
            return Tensors.doubles(logs.exp().mul(logs).sum(-1).neg());
        });
    }

    @Test
    void itIsTheMostConfidentOrderOfTheMeasureWithTheOtherSign() {
        Confidence negated = (logits, tokens) ->
                ConfidenceMeasure.NEGATIVE_ENTROPY.scales(logits, tokens).neg();
        for (double locality : new double[] {0, 0.6}) {
            for (double noise : new double[] {0, 0.5}) {
                for (int cells : new int[] {1, 3}) {
                    for (Optional<Shortlist> list :
                            List.of(Optional.<Shortlist>empty(), Optional.of(new Shortlist(4, 2)))) {
                        OrderPolicy first = new LeastConfidentFirst(
                                dynamic(ConfidenceMeasure.NEGATIVE_ENTROPY, locality, noise, cells, list));
                        OrderPolicy second = dynamic(negated, locality, noise, cells, list);
                        assertThat(order(first))
                                .as("locality %s, noise %s, %s cells, %s", locality, noise, cells, list)
                                .isEqualTo(order(second));
                    }
                }
            }
        }
    }

    private static OrderPolicy dynamic(
            Confidence measure, double locality, double noise, int cells, Optional<Shortlist> list) {
        return new OrderPolicy.MostConfidentFirst(
                measure, ConfidenceLogits.CONDITIONAL, locality, new OrderNoise.OfLogarithm(noise), cells, list);
    }

    @Test
    void spacedOrdersBeginAtThatEndToo() {
        OrderPolicy spaced = new OrderPolicy.Spaced(
                ConfidenceMeasure.MARGIN,
                ConfidenceLogits.CONDITIONAL,
                0,
                OrderNoise.NONE,
                0,
                DecodingSchedule::sequential);
        GenerationOrder least =
                order(new LeastConfidentFirst(OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.MARGIN)));
        assertThat(order(new LeastConfidentFirst(spaced))).isEqualTo(least);
        assertThat(order(spaced)).isNotEqualTo(least);
    }

    @Test
    void equallySureCellsAreFilledFromTheLowest() {
        Confidence same = (logits, tokens) -> logits.select(-1, 0).mul(new Scalar(0.0));
        assertThat(order(new LeastConfidentFirst(OrderPolicy.MostConfidentFirst.greedy(same))))
                .isEqualTo(GenerationOrder.raster(12));
    }

    @Test
    void aMeasureThatLooksAtTheAnswerIsRefusedWhenDrawing() {
        OrderPolicy cheating = new LeastConfidentFirst(
                OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.GROUND_TRUTH_PROBABILITY));
        assertThatThrownBy(() -> cheating.check(1, new TokenSource.Sampled(SamplingFilter.NONE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be used for drawing");
    }

    private static GenerationOrder order(OrderPolicy policy) {
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 5, torch.ScalarType.Double)) {
            return decode(model, policy).orders().get(0);
        }
    }

    private static DecodedTokens decode(AnyOrderTransformer model, OrderPolicy policy) {
        return new AnyOrderDecoder(model)
                .decode(new DecodingRequest(
                        new int[] {1},
                        new long[] {3},
                        7,
                        policy,
                        new TokenSource.GroundTruth(IMAGE),
                        ClassifierFreeGuidance.OFF,
                        KnownTokens.none()));
    }
}
