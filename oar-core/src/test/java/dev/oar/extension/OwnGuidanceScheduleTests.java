package dev.oar.extension;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.DecodedTokens;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.Guidance;
import dev.oar.decode.GuidanceScale;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.SamplingFilter;
import dev.oar.decode.TokenSource;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A guidance schedule, and guidance, that are none of the decoder's own. */
@ExtendWith(NativeMemory.class)
class OwnGuidanceScheduleTests {
    private static final TokenGrid GRID = new TokenGrid(3, 3);

    private static final List<OrderPolicy> POLICIES = List.of(
            new OrderPolicy.GivenOrders(Collections.nCopies(2, GenerationOrder.raster(GRID.cells())), 4),
            OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.MARGIN),
            new OrderPolicy.MostConfidentFirst(ConfidenceMeasure.MARGIN, OrderPolicy.ConfidenceLogits.GUIDED, 0, 0, 2));

    /** As strong as its scale says, but never so strong that a logit moves by more than a limit. */
    private record Limited(double scale, double limit) implements Guidance {
        @Override
        public int branches(int filled) {
            return 2;
        }

        @Override
        public Tensor guide(List<Tensor> branches, int filled, int next, int cells) {
            Tensor conditional = branches.get(0);
            Tensor moved = conditional.sub(branches.get(1)).mul(new Scalar(scale - 1));
            return conditional.add(moved.clamp_min(new Scalar(-limit)).clamp_max(new Scalar(limit)));
        }
    }

    private static DecodedTokens decoded(AnyOrderTransformer model, OrderPolicy policy, Guidance guidance) {
        return new AnyOrderDecoder(model)
                .decode(new DecodingRequest(
                        new int[] {1, 2},
                        new long[] {4, 5},
                        3,
                        policy,
                        new TokenSource.Sampled(SamplingFilter.NONE),
                        guidance,
                        KnownTokens.none()));
    }

    @Test
    void aScheduleIsAFunctionOfTheStep() {
        GuidanceScale own = (filled, next, cells) -> 1.5 + 2.5 * filled / cells;
        for (long seed = 0; seed < 4; seed++) {
            try (AnyOrderTransformer model =
                    TinyModels.transformer(Formulation.POSITION_INSTRUCTION, GRID, seed, torch.ScalarType.Double)) {
                for (OrderPolicy policy : POLICIES) {
                    DecodedTokens guided = decoded(model, policy, new ClassifierFreeGuidance(own));
                    DecodedTokens linear = decoded(model, policy, ClassifierFreeGuidance.linear(1.5, 4));
                    assertThat(guided.tokens()).as("seed %s", seed).isDeepEqualTo(linear.tokens());
                    assertThat(guided.orders()).as("seed %s", seed).isEqualTo(linear.orders());
                    assertThat(guided.logProbabilities()).as("seed %s", seed).isDeepEqualTo(linear.logProbabilities());
                }
            }
        }
    }

    @Test
    void guidanceIsAFunctionOfTheBranches() {
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 1, torch.ScalarType.Double)) {
            for (OrderPolicy policy : POLICIES) {
                DecodedTokens unguided = decoded(model, policy, ClassifierFreeGuidance.OFF);
                DecodedTokens classifierFree = decoded(model, policy, ClassifierFreeGuidance.constant(3));
                assertThat(decoded(model, policy, new Limited(3, 0)).tokens()).isDeepEqualTo(unguided.tokens());
                assertThat(decoded(model, policy, new Limited(3, 1e6)).tokens()).isDeepEqualTo(classifierFree.tokens());
            }
        }
    }
}
