package dev.oar.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.artifact.FolderOrders;
import dev.oar.decode.ConfidenceRanking.OrderNoiseUnit;
import dev.oar.decode.OrderNoise.Annealing;
import dev.oar.model.OrderNetwork;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.StepSchedule;
import dev.oar.order.TokenGrid;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class LearnedOrderTests {
    @TempDir
    private Path folder;

    @Test
    void aModelWithoutANetworkCannotDrawSo() {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.DUAL_POSITION)) {
            ImageGenerator generator =
                    new ImageGenerator(new DrawingModel(tiny.model(), tiny.tokenizer(), Optional.empty()));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> generator.generate(
                            new GenerationRequest(0, new int[] {1}, 1, 1, Drawing.of(new LearnedOrder(0)))))
                    .withMessageContaining("needs an order network, but this model has none");
        }
    }

    @Test
    void aNetworkForOtherTokensIsNoneOfTheModel() {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.DUAL_POSITION);
                OrderNetwork other = TinyModels.orderNetwork(
                        new OrderNetwork.Inputs(TokenGrid.square(4), 17, 3), 1, torch.ScalarType.Float)) {
            FolderOrders folderOrders = new FolderOrders(Optional.empty(), Optional.of(other));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new DrawingModel(tiny.model(), tiny.tokenizer(), folderOrders))
                    .withMessageContaining("16 cells and 16 codes, the network 16 and 17");
        }
    }

    @Test
    void withoutNoiseTheOrderOfAnImageFollowsFromItsTokensAndClassAlone() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.POSITION_INSTRUCTION)) {
            List<GeneratedImage> images = tiny.generator(folder)
                    .generate(new GenerationRequest(0, new int[] {1, 1, 2}, 1, 3, Drawing.of(new LearnedOrder(0))));
            // Nothing is seen at first but the class.
            assertThat(images.get(0).order().cellAt(0))
                    .isEqualTo(images.get(1).order().cellAt(0));
            assertThat(images.get(0).order()).isNotEqualTo(images.get(1).order());
        }
    }

    @Test
    void namesTellStepsAndNoise() {
        assertThat(new LearnedOrder(0).label()).isEqualTo("learned");
        assertThat(new LearnedOrder(
                                0.5,
                                OrderNoiseUnit.SPREAD,
                                Annealing.CONSTANT,
                                new Pace(6, StepSchedule.MASKED_COSINE),
                                1)
                        .label())
                .isEqualTo("learned, spaced by 1 in 6 steps, masked-cosine, constant noise 0.5 of the spread");
        assertThatIllegalArgumentException().isThrownBy(() -> new LearnedOrder(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new LearnedOrder(0, OrderNoiseUnit.SPREAD, Annealing.CONSTANT, Pace.CELL_BY_CELL, -1));
    }
}
