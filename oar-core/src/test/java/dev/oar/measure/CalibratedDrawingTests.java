package dev.oar.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.oar.artifact.FolderOrders;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.data.MeasuredTokens;
import dev.oar.data.OrderShards;
import dev.oar.data.Split;
import dev.oar.data.TokenSet;
import dev.oar.data.TokenShards;
import dev.oar.data.TokenShardsWriter;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.ConfidenceRanking;
import dev.oar.decode.DynamicOrder;
import dev.oar.extract.ExtractionConfig;
import dev.oar.extract.OrderExtractor;
import dev.oar.file.CorruptFileException;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.Pace;
import dev.oar.generate.SpacedOrder;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.StepSchedule;
import dev.oar.order.TokenGrid;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Drawing by cells of which the model is surer than usual. */
@ExtendWith(NativeMemory.class)
class CalibratedDrawingTests {
    private static final TokenGrid GRID = new TokenGrid(3, 3);

    @TempDir
    Path folder;

    private TokenShards tokens() throws IOException {
        TokenShardsWriter writer = TokenShardsWriter.create(
                folder.resolve("tokens"),
                new TokenSet(Split.TRAIN, GRID, 11, 1, List.of("a", "b", "c"), List.of(), "tokenizer", "images"));
        for (int image = 0; image < 8; image++) {
            CounterRandom own = CounterRandom.of(image, "drawn tokens");
            writer.add(
                    new int[][] {
                        IntStream.range(0, 9).map(cell -> own.integer(11, cell)).toArray()
                    },
                    image % 3,
                    image,
                    image + ".png");
        }
        return writer.finish();
    }

    @Test
    void theOrdersOfADrawingAreThoseOfTheExtractionThatWasCalibratedByTheSameFile() throws IOException {
        TokenShards tokens = tokens();
        Path file = folder.resolve("calibration.json");
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 3, torch.ScalarType.Double)) {
            ExtractionConfig config = ExtractionConfig.of(ConfidenceMeasure.MARGIN)
                    .withBatches(4, 8)
                    .withCalibration(new ExtractionConfig.Calibration(3, 8));
            OrderShards extracted = new OrderExtractor(model, "model", config)
                    .calibratedOn(tokens, file, done -> {})
                    .extract(tokens, folder.resolve("orders"), done -> {});
            DrawingOrder.Dynamic plain = new DrawingOrder.Dynamic(DynamicOrder.greedy(ConfidenceMeasure.MARGIN));
            DrawingOrder.Dynamic calibrated = plain.calibratedBy(file);
            List<GenerationOrder> recorded =
                    IntStream.range(0, 8).mapToObj(extracted::order).toList();
            assertThat(OwnOrders.of(model, MeasuredTokens.of(tokens), calibrated, 4, 0, done -> {}))
                    .isEqualTo(recorded)
                    .isNotEqualTo(OwnOrders.of(model, MeasuredTokens.of(tokens), plain, 4, 0, done -> {}));
            assertThat(calibrated.label()).isEqualTo("dynamic, by margin, calibrated");
            assertThat(calibrated.decidingFile()).contains(file);
            assertThat(plain.decidingFile()).isEmpty();
            DrawingOrder.Dynamic other =
                    new DrawingOrder.Dynamic(DynamicOrder.greedy(ConfidenceMeasure.MAX_PROBABILITY)).calibratedBy(file);
            assertThatExceptionOfType(CorruptFileException.class)
                    .isThrownBy(() -> other.on(GRID, FolderOrders.NONE))
                    .withMessageContaining("rank by, max-probability, but")
                    .withMessageContaining("is of margin");
        }
    }

    @Test
    void recipesTellTheFileWhereThereIsOneAndNothingElse() {
        ConfidenceRanking ranking = ConfidenceRanking.greedy(ConfidenceMeasure.MARGIN);
        Pace pace = new Pace(6, StepSchedule.COSINE);
        for (DrawingOrder order : List.of(
                new DrawingOrder.Dynamic(DynamicOrder.greedy(ConfidenceMeasure.MARGIN))
                        .calibratedBy(Path.of("usual.json")),
                new SpacedOrder(ranking, pace, 2, Optional.of("usual.json")))) {
            String text = RecipeWriter.write(Drawing.of(order));
            assertThat(text).contains("calibration: usual.json");
            assertThat(RecipeReader.parse("again", text, Drawing.class).order()).isEqualTo(order);
        }
        assertThat(RecipeWriter.write(Drawing.of(new SpacedOrder(ranking, pace, 2))))
                .doesNotContain("calibration");
    }
}
