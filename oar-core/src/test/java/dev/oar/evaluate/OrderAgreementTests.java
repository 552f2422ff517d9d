package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.NetworkOrder;
import dev.oar.decode.TokenSource;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.OrderNetwork;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemory.class)
class OrderAgreementTests {
    private static final TokenGrid GRID = new TokenGrid(3, 3);
    private static final OrderNetwork.Inputs INPUTS = new OrderNetwork.Inputs(GRID, 11, 3);

    @Test
    void whatIsComparedIsWhatADecoderOfRealImagesWouldFill() {
        for (long seed = 0; seed < 4; seed++) {
            TokensInMemory images = TokensInMemory.random(seed, 5, GRID.cells(), 11, 3);
            try (AnyOrderTransformer model =
                            TinyModels.transformer(Formulation.DUAL_POSITION, GRID, seed, torch.ScalarType.Double);
                    OrderNetwork network = TinyModels.orderNetwork(INPUTS, seed, torch.ScalarType.Double)) {
                List<GenerationOrder> decoded = new AnyOrderDecoder(model)
                        .decode(new DecodingRequest(
                                IntStream.range(0, 5).map(images::classIndex).toArray(),
                                LongStream.range(0, 5).toArray(),
                                seed,
                                NetworkOrder.greedy(network),
                                new TokenSource.GroundTruth(IntStream.range(0, 5)
                                        .mapToObj(images::tokens)
                                        .toArray(int[][]::new)),
                                ClassifierFreeGuidance.OFF,
                                KnownTokens.none()))
                        .orders();
                for (int batch : new int[] {2, 5}) {
                    assertThat(OrderAgreement.orders(network, images, model::conditionIds, batch))
                            .as("seed %s", seed)
                            .isEqualTo(decoded);
                }
            }
        }
    }

    @Test
    void familiesWeighTheSame() {
        GenerationOrder raster = GenerationOrder.raster(4);
        GenerationOrder reversed = raster.reversed();
        Interval tau = OrderAgreement.tau(
                new int[] {7, 7, 9}, List.of(raster, raster, raster), List.of(raster, reversed, raster));
        assertThat(tau.point()).isCloseTo(0.5, within(1e-12));
        assertThat(tau.bounded()).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OrderAgreement.tau(new int[] {1}, List.of(raster, raster), List.of(raster)))
                .withMessageContaining("image by image");
    }
}
