package dev.oar.extension;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.DecodedTokens;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.SamplingFilter;
import dev.oar.decode.TokenFilter;
import dev.oar.decode.TokenSource;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A filter of tokens that is not the usual one. */
@ExtendWith(NativeMemory.class)
class OwnTokenFilterTests {
    private static final TokenGrid GRID = new TokenGrid(3, 3);

    /** Keeps the first tokens of the vocabulary only. */
    private record FirstTokens(int count) implements TokenFilter {
        @Override
        public Tensor filtered(Tensor logits) {
            Tensor kept = logits.clone();
            var unused = kept.narrow(-1, count, logits.size(-1) - count).fill_(new Scalar(Double.NEGATIVE_INFINITY));
            return kept;
        }
    }

    private static DecodedTokens decoded(AnyOrderTransformer model, TokenSource source) {
        return new AnyOrderDecoder(model)
                .decode(new DecodingRequest(
                        new int[] {1, 2},
                        new long[] {4, 5},
                        3,
                        new OrderPolicy.GivenOrders(Collections.nCopies(2, GenerationOrder.raster(GRID.cells())), 4),
                        source,
                        ClassifierFreeGuidance.constant(2),
                        KnownTokens.none()));
    }

    @Test
    void onlyWhatTheFilterKeepsIsDrawn() {
        for (long seed = 0; seed < 4; seed++) {
            try (AnyOrderTransformer model =
                    TinyModels.transformer(Formulation.DUAL_POSITION, GRID, seed, torch.ScalarType.Double)) {
                DecodedTokens two = decoded(model, new TokenSource.Sampled(new FirstTokens(2)));
                assertThat(Arrays.stream(two.tokens()).flatMapToInt(Arrays::stream))
                        .as("seed %s", seed)
                        .contains(0, 1)
                        .allMatch(token -> token < 2);
                DecodedTokens one = decoded(model, new TokenSource.Sampled(new FirstTokens(1)));
                assertThat(Arrays.stream(one.logProbabilities()).flatMapToDouble(Arrays::stream))
                        .as("seed %s", seed)
                        .allMatch(logarithm -> logarithm == 0);
            }
        }
    }

    @Test
    void everyRowMayHaveAFilterOfItsOwn() {
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.POSITION_INSTRUCTION, GRID, 1, torch.ScalarType.Double)) {
            TokenFilter few = new FirstTokens(3);
            DecodedTokens both = decoded(model, new TokenSource.Sampled(List.of(few, SamplingFilter.NONE)));
            assertThat(both.tokens()[0])
                    .isEqualTo(decoded(model, new TokenSource.Sampled(few)).tokens()[0]);
            assertThat(both.tokens()[1])
                    .isEqualTo(decoded(model, new TokenSource.Sampled(SamplingFilter.NONE))
                            .tokens()[1]);
        }
    }
}
