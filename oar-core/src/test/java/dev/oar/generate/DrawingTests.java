package dev.oar.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.oar.config.ConfigException;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.ConfidenceRanking;
import dev.oar.decode.ConfidenceRanking.OrderNoiseUnit;
import dev.oar.decode.DynamicOrder;
import dev.oar.decode.GuidanceScale;
import dev.oar.decode.OrderNoise.Annealing;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.decode.Remasking;
import dev.oar.decode.Shortlist;
import dev.oar.file.CorruptFileException;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.order.GenerationOrder;
import dev.oar.order.StepSchedule;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.WeightFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A drawing is the same in a recipe and in the images drawn by it, whatever its guidance schedule. */
class DrawingTests {
    private static final Map<String, GuidanceScale> SCHEDULES = Map.of(
            "guidance-schedule: constant", new GuidanceScale.Linear(2.5, 2.5),
            "guidance-schedule: linear", new GuidanceScale.Linear(1, 2.5),
            "guidance-schedule: linear-ahead", new GuidanceScale.LinearAhead(2.5),
            "guidance-schedule: power-cosine\nguidance-power: 2.75", new GuidanceScale.PowerCosine(2.5, 2.75),
            "guidance-schedule: first-cells\nguided-cells: 3", new GuidanceScale.FirstCells(2.5, 3));

    @Test
    void everyScheduleIsReadWrittenAndReadAgain() {
        SCHEDULES.forEach((schedule, scale) -> {
            Drawing drawing = drawing(schedule);
            assertThat(drawing.guidance().classifierFree().scale()).as(schedule).isEqualTo(scale);
            assertThat(drawing.withOrder(new DrawingOrder.UniformRandom(2)).guidance())
                    .as(schedule)
                    .isEqualTo(drawing.guidance());
            String text = RecipeWriter.write(drawing);
            assertThat(RecipeReader.parse("again", text, Drawing.class))
                    .as(text)
                    .isEqualTo(drawing);
        });
    }

    @Test
    void theTextOfAScheduleWithoutANumberHasNoKeyForOne() {
        assertThat(RecipeWriter.write(drawing("guidance-schedule: linear"))).isEqualTo("""
            order:
              kind: raster
              steps: 0
            guidance-scale: 2.5
            guidance-schedule: linear
            temperature: 1.0
            top-k: 0
            top-p: 1.0
            weight-format: float32
            """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "guidance-power: 2|5|guidance-power must be given with the guidance-schedule power-cosine",
                "guided-cells: 2|5|guided-cells must be given with the guidance-schedule first-cells",
                "guidance-schedule: power-cosine|5|guidance-power must be given",
                "guidance-schedule: first-cells|5|guided-cells must be given",
                "guidance-schedule: power-cosine\\nguidance-power: -1|1|must lie in 0 .. 100",
                "guidance-schedule: first-cells\\nguided-cells: -1|1|must be at least 0",
                "guidance-schedule: first-cells\\n"
                        + "guided-cells: 2\\n"
                        + "guidance-power: 2|7|with the guidance-schedule power-cosine"
            })
    void aNumberThatAScheduleLacksOrDoesNotKnowIsRefusedInOneSentence(String schedule, int line, String rule) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> drawing(schedule.replace("\\n", "\n")))
                .withMessageStartingWith("drawing:" + line + ":")
                .withMessageContaining(rule)
                .withMessageMatching("[^\\n]*");
    }

    @Test
    void anImageTellsTheDrawingThatMadeIt(@TempDir Path folder) throws IOException {
        for (String schedule : SCHEDULES.keySet()) {
            Drawing drawing = drawing(schedule);
            Map<String, String> text = text(drawing);
            assertThat(text.containsKey("guidance-power")).as(schedule).isEqualTo(schedule.contains("power"));
            assertThat(text.containsKey("guided-cells")).as(schedule).isEqualTo(schedule.contains("cells"));
            assertThat(ImageOrigin.read(png(folder, text)).parameters().drawing())
                    .as(schedule)
                    .isEqualTo(drawing);
        }
    }

    @Test
    void anImageWhoseGuidanceContradictsItselfIsRefused(@TempDir Path folder) throws IOException {
        Map<String, String> text = new LinkedHashMap<>(text(drawing("guidance-schedule: linear")));
        text.put("guided-cells", "3");
        Path png = png(folder, text);
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> ImageOrigin.read(png))
                .withMessageContaining("guided-cells must be given with the guidance-schedule first-cells");
    }

    @Test
    void noiseInUnitsOfTheSpreadIsToldByRecipesAndImagesAndOtherNoiseAsEver(@TempDir Path folder) throws IOException {
        for (OrderNoiseUnit unit : OrderNoiseUnit.values()) {
            DrawingOrder order = new DrawingOrder.Dynamic(new DynamicOrder(
                    new ConfidenceRanking(
                            ConfidenceMeasure.MARGIN, ConfidenceLogits.CONDITIONAL, 0, 0.5, unit, Annealing.LINEAR),
                    2,
                    Optional.empty()));
            Drawing drawing = Drawing.of(order);
            assertThat(RecipeReader.parse("again", RecipeWriter.write(drawing), Drawing.class))
                    .isEqualTo(drawing);
            assertThat(ImageOrigin.read(png(folder, text(drawing))).parameters().drawing())
                    .isEqualTo(drawing);
            boolean spread = unit == OrderNoiseUnit.SPREAD;
            assertThat(text(drawing).containsKey("order-noise-unit")).isEqualTo(spread);
            assertThat(order.label())
                    .isEqualTo(
                            spread ? "dynamic, by margin, noise 0.5 of the spread" : "dynamic, by margin, noise 0.5");
        }
        String plain = "order:\n  kind: dynamic\n  order-noise: 2\n";
        assertThat(RecipeReader.parse("drawing", plain, Drawing.class).order())
                .isEqualTo(new DrawingOrder.Dynamic(
                        ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 2, 1));
    }

    @Test
    void spacedOrdersAnnealingAndTemperatureSchedulesAreToldByRecipesAndImages(@TempDir Path folder)
            throws IOException {
        ConfidenceRanking ranking =
                ConfidenceRanking.greedy(ConfidenceMeasure.MARGIN).withNoise(0.5);
        Drawing drawing = Drawing.of(new SpacedOrder(
                        ranking.withAnnealing(Annealing.COSINE), new Pace(6, StepSchedule.MASKED_COSINE), 3))
                .withSampling(new Sampling(0.9, 7, 0.8, Sampling.TemperatureSchedule.ENTROPY));
        assertThat(RecipeReader.parse("again", RecipeWriter.write(drawing), Drawing.class))
                .isEqualTo(drawing);
        assertThat(ImageOrigin.read(png(folder, text(drawing))).parameters().drawing())
                .isEqualTo(drawing);
        assertThat(text(drawing))
                .containsEntry("order", "spaced")
                .containsEntry("steps", "6")
                .containsEntry("step-schedule", "masked-cosine")
                .containsEntry("spacing", "3")
                .containsEntry("order-noise-annealing", "cosine")
                .containsEntry("temperature-schedule", "entropy");
        assertThat(drawing.order().label())
                .isEqualTo("spaced by 3 in 6 steps, masked-cosine, by margin, cosine noise 0.5");
        Drawing usual = Drawing.of(new SpacedOrder(ranking, new Pace(6, StepSchedule.COSINE), 2));
        assertThat(text(usual)).doesNotContainKeys("step-schedule", "order-noise-annealing", "temperature-schedule");
    }

    @Test
    void theLeastConfidentCellFirstIsToldWhereItIsAskedForAndNowhereElse(@TempDir Path folder) throws IOException {
        ConfidenceRanking usual = ConfidenceRanking.greedy(ConfidenceMeasure.MARGIN);
        ConfidenceRanking least = usual.withFirst(ConfidenceRanking.FillFirst.LEAST_CONFIDENT);
        DrawingOrder dynamic = new DrawingOrder.Dynamic(new DynamicOrder(least.withNoise(0.5), 1, Optional.empty()));
        DrawingOrder spaced = new SpacedOrder(least, new Pace(6, StepSchedule.COSINE), 2);
        assertThat(dynamic.label()).isEqualTo("dynamic, by margin, least confident first, noise 0.5");
        assertThat(spaced.label()).isEqualTo("spaced by 2 in 6 steps, by margin, least confident first");
        for (Drawing drawing : List.of(Drawing.of(dynamic), Drawing.of(spaced))) {
            assertThat(text(drawing)).containsEntry("fill-first", "least-confident");
            assertThat(ImageOrigin.read(png(folder, text(drawing))).parameters().drawing())
                    .isEqualTo(drawing);
            assertThat(RecipeReader.parse("again", RecipeWriter.write(drawing), Drawing.class))
                    .isEqualTo(drawing);
        }
        DrawingOrder plain = new SpacedOrder(usual, new Pace(6, StepSchedule.COSINE), 2);
        assertThat(text(Drawing.of(plain))).doesNotContainKey("fill-first");
    }

    @Test
    void tokensDrawnAnewAreToldByRecipesAndImages(@TempDir Path folder) throws IOException {
        Drawing usual = Drawing.of(new DrawingOrder.Raster(0));
        Drawing remasked = usual.with(new Remasking(0.1, 2));
        assertThat(text(remasked)).containsEntry("remasking", "share 0.1 sweeps 2");
        assertThat(text(usual)).doesNotContainKey("remasking");
        assertThat(ImageOrigin.read(png(folder, text(remasked))).parameters().drawing())
                .isEqualTo(remasked);
        assertThat(RecipeReader.parse("again", RecipeWriter.write(remasked), Drawing.class))
                .isEqualTo(remasked);
    }

    @Test
    void localityShortlistAndStepScheduleAreToldWhereTheyAreUsedAndNowhereElse(@TempDir Path folder)
            throws IOException {
        Drawing usual =
                Drawing.of(new DrawingOrder.Dynamic(ConfidenceMeasure.MARGIN, ConfidenceLogits.CONDITIONAL, 0.5, 2));
        Drawing local = Drawing.of(new DrawingOrder.Dynamic(
                DynamicOrder.greedy(ConfidenceMeasure.MARGIN).withLocality(0.25).withShortlist(new Shortlist(7, 3))));
        Drawing even = Drawing.of(new DrawingOrder.UniformRandom(new Pace(4, StepSchedule.MASKED_ARCCOSINE)));
        assertThat(text(usual)).doesNotContainKeys("locality-weight", "shortlist", "step-schedule");
        assertThat(text(local))
                .containsEntry("locality-weight", "0.25")
                .containsEntry("shortlist", "cells 7 rescore-every 3");
        assertThat(text(even))
                .containsEntry("step-schedule", "masked-arccosine")
                .containsEntry("steps", "4");
        for (Drawing drawing : List.of(usual, local, even)) {
            assertThat(ImageOrigin.read(png(folder, text(drawing))).parameters().drawing())
                    .isEqualTo(drawing);
            assertThat(RecipeReader.parse("again", RecipeWriter.write(drawing), Drawing.class))
                    .isEqualTo(drawing);
        }
    }

    @Test
    void aKeyThatIsMissingOrUnknownIsNoDefault(@TempDir Path folder) throws IOException {
        Map<String, String> whole = text(drawing("guidance-schedule: linear"));
        for (String key : List.of("temperature", "guidance-scale", "order", "steps", "seed")) {
            Map<String, String> text = new LinkedHashMap<>(whole);
            text.remove(key);
            Path png = png(folder, text);
            assertThatExceptionOfType(CorruptFileException.class)
                    .as(key)
                    .isThrownBy(() -> ImageOrigin.read(png))
                    .withMessageContaining("'" + key + "'");
        }
        Map<String, String> text = new LinkedHashMap<>(whole);
        text.put("sharpness", "2");
        Path png = png(folder, text);
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> ImageOrigin.read(png))
                .withMessageContaining("unknown key 'sharpness'");
        text.remove("sharpness");
        text.remove("weight-format");
        assertThat(ImageOrigin.read(png(folder, text)).parameters().drawing().weightFormat())
                .as("images drawn before there were formats")
                .isEqualTo(WeightFormat.FLOAT32);
    }

    private static Drawing drawing(String schedule) {
        String yaml = "order:\n  kind: raster\n  steps: 0\nguidance-scale: 2.5\n" + schedule + "\n";
        return RecipeReader.parse("drawing", yaml, Drawing.class);
    }

    private static Map<String, String> text(Drawing drawing) {
        GenerationOrder order = GenerationOrder.raster(TokenGrid.square(2).cells());
        return new GenerationParameters("tiny", "any-order", Map.of(), drawing, 1)
                .text(Subject.classes(List.of("all")).get(0), 5, 0, order);
    }

    private static Path png(Path folder, Map<String, String> text) throws IOException {
        RgbImage pixel = new RgbImage(1, 1, new byte[3]);
        return Files.write(folder.resolve("drawn.png"), PngFile.encode(pixel, ImageOrigin.chunks(text)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{kind: random}|64",
                "{kind: raster, steps: 16}|16",
                "{kind: halton, steps: 200}|64",
                "{kind: dynamic}|64",
                "{kind: dynamic, cells-per-step: 10}|7",
                "{kind: spaced, steps: 8}|8",
                "{kind: learned}|64",
                "{kind: learned, steps: 12}|12"
            })
    void anOrderSaysInHowManyStepsAnImageIsDrawn(String order, int steps) {
        DrawingOrder read = RecipeReader.parse("order", order, DrawingOrder.class);
        assertThat(read.steps(64)).as(order).isEqualTo(steps);
    }
}
