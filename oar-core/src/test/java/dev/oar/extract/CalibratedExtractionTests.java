package dev.oar.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.data.CalibrationTable;
import dev.oar.data.OrderShards;
import dev.oar.data.Split;
import dev.oar.data.TokenSet;
import dev.oar.data.TokenShards;
import dev.oar.data.TokenShardsWriter;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.ConfidenceRanking.FillFirst;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.DecodingState;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Orders of cells that rank by how much surer the model is of them than usual. */
@ExtendWith(NativeMemory.class)
class CalibratedExtractionTests {
    private static final TokenGrid GRID = new TokenGrid(3, 3);
    private static final int CELLS = 9;
    private static final int IMAGES = 11;
    private static final int BINS = 3;

    @TempDir
    Path folder;

    private TokenShards tokens() throws IOException {
        TokenShardsWriter writer = TokenShardsWriter.create(
                folder.resolve("tokens"),
                new TokenSet(Split.TRAIN, GRID, 11, 1, List.of("a", "b", "c"), List.of(), "tokenizer", "images"));
        CounterRandom random = CounterRandom.of(1, "extracted tokens");
        for (int image = 0; image < IMAGES; image++) {
            CounterRandom own = random.derive(image);
            int[] cells =
                    IntStream.range(0, CELLS).map(cell -> own.integer(11, cell)).toArray();
            writer.add(new int[][] {cells}, image % 3, image, image + ".png");
        }
        return writer.finish();
    }

    private static ExtractionConfig plain() {
        return ExtractionConfig.of(ConfidenceMeasure.NEGATIVE_ENTROPY).withBatches(4, 6);
    }

    private static ExtractionConfig calibrated() {
        return plain().withCalibration(new ExtractionConfig.Calibration(BINS, 512));
    }

    @ParameterizedTest
    @EnumSource(FillFirst.class)
    void cellsRankByTheirScoreLessItsMeanOverImagesAtThatShare(FillFirst first) throws IOException {
        TokenShards tokens = tokens();
        int sign = first == FillFirst.MOST_CONFIDENT ? 1 : -1;
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 3, torch.ScalarType.Double)) {
            double[][] sums = new double[BINS][CELLS];
            int[][] counts = new int[BINS][CELLS];
            for (int image = 0; image < IMAGES; image++) {
                var unused = filled(model, tokens, image, (step, scored) -> {
                    int bin = step * BINS / CELLS;
                    sums[bin][scored.cell()] += scored.score();
                    counts[bin][scored.cell()]++;
                    return sign * scored.score();
                });
            }
            ExtractionConfig config = calibrated().withOrder(plain().order().withFirst(first));
            Path file = folder.resolve("calibration.json");
            OrderExtractor extractor =
                    new OrderExtractor(model, "model", config).calibratedOn(tokens, file, done -> {});
            CalibrationTable table = CalibrationTable.read(file);
            for (int bin = 0; bin < BINS; bin++) {
                for (int cell = 0; cell < CELLS; cell++) {
                    if (counts[bin][cell] > 0) {
                        assertThat(table.mean(0, (bin + 0.5) / BINS, cell))
                                .as("bin %s, cell %s", bin, cell)
                                .isCloseTo(sums[bin][cell] / counts[bin][cell], within(1e-9));
                    }
                }
            }
            OrderShards orders = extractor.extract(tokens, folder.resolve("orders"), done -> {});
            int different = 0;
            for (int image = 0; image < IMAGES; image++) {
                GenerationOrder defined = filled(
                        model,
                        tokens,
                        image,
                        (step, scored) ->
                                sign * (scored.score() - table.mean(0, (double) step / CELLS, scored.cell())));
                assertThat(orders.order(image)).as("%s, image %s", first, image).isEqualTo(defined);
                GenerationOrder raw = filled(model, tokens, image, (step, scored) -> sign * scored.score());
                different += defined.equals(raw) ? 0 : 1;
            }
            assertThat(different).isPositive();
            assertThat(orders.set().settings().get("calibration")).startsWith(BINS + " bins, ");
        }
    }

    private record Scored(int cell, double score) {}

    /** An image filled by the largest number next, one forward after the other. */
    private static GenerationOrder filled(
            AnyOrderTransformer model, TokenShards tokens, int image, ToDoubleBiFunction<Integer, Scored> ranking) {
        List<Integer> open = new ArrayList<>(IntStream.range(0, CELLS).boxed().toList());
        List<Integer> order = new ArrayList<>();
        try (DecodingState state = model.start(new int[] {tokens.condition(image)})) {
            while (!open.isEmpty()) {
                int[] cells = open.stream().mapToInt(Integer::intValue).toArray();
                double[] scores = TensorScope.compute(() -> {
                    Tensor logs = state.peek(new int[][] {cells}).select(0, 0).log_softmax(-1);
                    return Tensors.doubles(logs.exp().mul(logs).sum(-1));
                });
                int best = 0;
                double most = Double.NEGATIVE_INFINITY;
                for (int i = 0; i < cells.length; i++) {
                    double rank = ranking.applyAsDouble(order.size(), new Scored(cells[i], scores[i]));
                    if (rank > most) {
                        most = rank;
                        best = i;
                    }
                }
                int cell = open.remove(best);
                order.add(cell);
                state.commit(new int[][] {{cell}}, new int[][] {{tokens.tokens(image, 0)[cell]}});
            }
        }
        return GenerationOrder.of(order.stream().mapToInt(Integer::intValue).toArray());
    }

    @Test
    void whatWasFoundIsReadAgainUnlessModelImagesOrSettingsAreOthers() throws IOException {
        TokenShards tokens = tokens();
        Path file = folder.resolve("calibration.json");
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.POSITION_INSTRUCTION, GRID, 3, torch.ScalarType.Double)) {
            List<Integer> done = new ArrayList<>();
            var unused = new OrderExtractor(model, "model", calibrated()).calibratedOn(tokens, file, done::add);
            assertThat(done.get(done.size() - 1)).isEqualTo(IMAGES);
            String found = Files.readString(file);
            done.clear();
            unused = new OrderExtractor(model, "model", calibrated()).calibratedOn(tokens, file, done::add);
            assertThat(done).isEmpty();
            assertThat(Files.readString(file)).isEqualTo(found);
            unused = new OrderExtractor(model, "another", calibrated()).calibratedOn(tokens, file, done::add);
            assertThat(done).isNotEmpty();
            done.clear();
            ExtractionConfig fewer = plain().withCalibration(new ExtractionConfig.Calibration(BINS, 5));
            unused = new OrderExtractor(model, "another", fewer).calibratedOn(tokens, file, done::add);
            assertThat(done.get(done.size() - 1)).isEqualTo(5);
        }
    }

    @Test
    void anExtractionThatIsToBeCalibratedAndIsNotIsRefused() throws IOException {
        TokenShards tokens = tokens();
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 3, torch.ScalarType.Double)) {
            OrderExtractor extractor = new OrderExtractor(model, "model", calibrated());
            assertThatThrownBy(() -> extractor.extract(tokens, folder.resolve("orders"), done -> {}))
                    .hasStackTraceContaining("call calibratedOn first");
            OrderExtractor plain = new OrderExtractor(model, "model", plain());
            assertThat(plain.calibratedOn(tokens, folder.resolve("none"), done -> {}))
                    .isSameAs(plain);
            assertThat(folder.resolve("none")).doesNotExist();
        }
    }

    @Test
    void recipesTellCalibrationWhereItIsAskedForAndNowhereElse() {
        assertThat(RecipeWriter.write(plain())).doesNotContain("calibration");
        String text = RecipeWriter.write(calibrated());
        assertThat(text).contains("calibration:\n  bins: 3\n  images: 512");
        assertThat(RecipeReader.parse("again", text, ExtractionConfig.class)).isEqualTo(calibrated());
        assertThat(RecipeReader.parse("usual", "calibration: {}", ExtractionConfig.class)
                        .calibration())
                .contains(new ExtractionConfig.Calibration(8, 512));
    }
}
