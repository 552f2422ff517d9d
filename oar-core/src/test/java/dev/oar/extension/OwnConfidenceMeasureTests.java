package dev.oar.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.Confidence;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.DecodedTokens;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.SamplingFilter;
import dev.oar.decode.TokenSource;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.TokenGrid;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A confidence measure that is none of the named ones. */
@ExtendWith(NativeMemory.class)
class OwnConfidenceMeasureTests {
    private static final TokenGrid GRID = new TokenGrid(3, 3);
    private static final int CELLS = GRID.cells();

    /** The logarithm of the largest probability, in the type of the logits. */
    private static final Confidence LARGEST_LOGARITHM =
            (logits, tokens) -> logits.amax(new long[] {-1}, false).sub(logits.logsumexp(-1));

    /** The probability of the drawn token, as sampled-probability has it. */
    private record OfDrawnToken() implements Confidence {
        @Override
        public Tokens tokens() {
            return Tokens.DRAWN;
        }

        @Override
        public Tensor scales(Tensor logits, Tensor tokens) {
            return torch.softmax(logits, -1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        }
    }

    private static DecodingRequest request(long seed, Confidence confidence) {
        return new DecodingRequest(
                new int[] {1, 2},
                new long[] {4, 5},
                seed,
                OrderPolicy.MostConfidentFirst.greedy(confidence),
                new TokenSource.Sampled(SamplingFilter.NONE),
                ClassifierFreeGuidance.constant(2),
                KnownTokens.none());
    }

    @Test
    void aFunctionOfLogitsRanksCellsAndIsReportedForEach() {
        for (long seed = 0; seed < 4; seed++) {
            try (AnyOrderTransformer model =
                    TinyModels.transformer(Formulation.DUAL_POSITION, GRID, seed, torch.ScalarType.Double)) {
                AnyOrderDecoder decoder = new AnyOrderDecoder(model);
                DecodedTokens own = decoder.decode(request(seed, LARGEST_LOGARITHM));
                DecodedTokens other = decoder.decode(request(
                        seed,
                        (logits, tokens) ->
                                LARGEST_LOGARITHM.scales(logits, tokens).neg()));
                for (int row = 0; row < 2; row++) {
                    int first = own.orders().get(row).cellAt(0);
                    int last = other.orders().get(row).cellAt(0);
                    assertThat(first).as("seed %s", seed).isNotEqualTo(last);
                    assertThat(own.confidences()[row][first])
                            .as("seed %s", seed)
                            .isGreaterThan(-other.confidences()[row][last]);
                    assertThat(Arrays.stream(own.confidences()[row]))
                            .as("seed %s", seed)
                            .hasSize(CELLS)
                            .allMatch(confidence -> confidence < 0);
                }
            }
        }
    }

    @Test
    void aFunctionOfDrawnTokensSeesThoseThatAreCommitted() {
        for (long seed = 0; seed < 4; seed++) {
            try (AnyOrderTransformer model =
                    TinyModels.transformer(Formulation.POSITION_INSTRUCTION, GRID, seed, torch.ScalarType.Double)) {
                AnyOrderDecoder decoder = new AnyOrderDecoder(model);
                DecodedTokens own = decoder.decode(request(seed, new OfDrawnToken()));
                DecodedTokens named = decoder.decode(request(seed, ConfidenceMeasure.SAMPLED_PROBABILITY));
                assertThat(own.orders()).as("seed %s", seed).isEqualTo(named.orders());
                assertThat(own.tokens()).as("seed %s", seed).isDeepEqualTo(named.tokens());
            }
        }
    }

    @Test
    void theWrongNumberOfScalesIsRefused() {
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 1, torch.ScalarType.Double)) {
            assertThatThrownBy(() -> new AnyOrderDecoder(model)
                            .decode(request(
                                    1,
                                    (logits, tokens) -> logits.narrow(-1, 0, 2).t())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("one scale or three");
        }
    }
}
