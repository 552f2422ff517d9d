package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model whose weights are no numbers where it is asked about one of the cells. */
@ExtendWith(NativeMemory.class)
class DamagedModelTests {
    private static final TokenGrid GRID = new TokenGrid(2, 3);
    private static final int BATCH = 2;
    private static final int DAMAGED = 4;

    private static AnyOrderTransformer damaged(double weight) {
        AnyOrderTransformer model = TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 1, torch.ScalarType.Float);
        TensorScope.run(() -> Tensors.runWithoutGradient(() -> {
            var unused = model.weights()
                    .get("next_position_embeddings.weight")
                    .select(0, DAMAGED)
                    .fill_(new Scalar(weight));
        }));
        return model;
    }

    private static DecodingRequest request(
            OrderPolicy policy, ClassifierFreeGuidance guidance, DecodingListener listener) {
        return request(policy, new TokenSource.Sampled(SamplingFilter.NONE), guidance, listener);
    }

    private static DecodingRequest request(
            OrderPolicy policy, TokenSource source, ClassifierFreeGuidance guidance, DecodingListener listener) {
        return new DecodingRequest(
                new int[] {0, 1}, new long[] {8, 9}, 3, policy, source, guidance, KnownTokens.none(), listener);
    }

    private static OrderPolicy fixed() {
        return new OrderPolicy.GivenOrders(
                Collections.nCopies(BATCH, GenerationOrder.of(new int[] {5, 2, DAMAGED, 0, 1, 3})), 0);
    }

    private static void assertRefused(DecodingRequest request, double weight, int step) {
        try (AnyOrderTransformer model = damaged(weight)) {
            assertThatThrownBy(() -> new AnyOrderDecoder(model).decode(request))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageContaining("finite numbers, but those for cell 4 in step " + step + " of row 0")
                    .hasMessageContaining("float32");
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    void noFilterAndNoRealImageHidesThem(double weight) {
        for (TokenSource source : List.of(
                new TokenSource.Sampled(SamplingFilter.GREEDY),
                new TokenSource.Sampled(new SamplingFilter(0.8, 3, 0.9)),
                new TokenSource.GroundTruth(new int[BATCH][GRID.cells()]))) {
            assertRefused(request(fixed(), source, ClassifierFreeGuidance.OFF, DecodingListener.NONE), weight, 3);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    void aFixedOrderIsRefusedWithTheFirstCellAndStepWhoseLogitsAreNotFinite(double weight) {
        for (ClassifierFreeGuidance guidance :
                List.of(ClassifierFreeGuidance.OFF, ClassifierFreeGuidance.constant(2))) {
            assertRefused(request(fixed(), guidance, DecodingListener.NONE), weight, 3);
        }
    }

    @ParameterizedTest
    @EnumSource(ConfidenceMeasure.class)
    void aDynamicOrderIsRefusedAsSoonAsACandidateHasNoNumbers(ConfidenceMeasure measure) {
        if (measure.needsGroundTruth()) {
            return;
        }
        for (ConfidenceLogits logits : ConfidenceLogits.values()) {
            OrderPolicy policy = new OrderPolicy.MostConfidentFirst(measure, logits, 0, 1, 1);
            for (ClassifierFreeGuidance guidance :
                    List.of(ClassifierFreeGuidance.OFF, ClassifierFreeGuidance.constant(2))) {
                assertRefused(request(policy, guidance, DecodingListener.NONE), Double.NaN, 1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 6})
    void aPictureOfTheTokensSoFarIsRefusedToo(int filled) {
        DecodingListener looking = progress -> {
            if (progress.filled() == filled) {
                var unused = progress.tokens().get();
                throw new AssertionError("tokens that were drawn from no numbers were told");
            }
        };
        assertRefused(request(fixed(), ClassifierFreeGuidance.OFF, looking), Double.NaN, 3);
    }
}
