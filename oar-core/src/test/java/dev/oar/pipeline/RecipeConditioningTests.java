package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.config.ConfigException;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.evaluate.CaptionAccuracy;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.model.AutoregressiveModel;
import dev.oar.tensor.Device;
import dev.oar.testing.NativeMemory;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class RecipeConditioningTests {
    private static final PipelineListener SILENT = new PipelineListener() {};

    @TempDir
    private Path folder;

    private static Recipe withConditioning(Path images, String conditioning) {
        return RecipeReader.parse(
                "r.yaml",
                RecipeWriter.write(TinyRecipe.of(images, "dual-position"))
                        .replace("\nmodel:\n", "\nmodel:\n  conditioning: " + conditioning + "\n"),
                Recipe.class);
    }

    /** Pictures with captions; every caption of a class is another. */
    private Path captioned(int perClass, String captionOfLast) throws IOException {
        Path images = TinyRecipe.images(folder.resolve("images"), perClass);
        StringBuilder table = new StringBuilder("file_name,class,caption,shape,kind\n");
        for (String name : List.of("bars", "discs")) {
            for (int i = 0; i < perClass; i++) {
                boolean last = name.equals("discs") && i == perClass - 1;
                String caption = last ? captionOfLast : "some " + name + " of kind " + i % 5;
                table.append(name + "/" + i + ".png," + name + "," + caption + "," + name + "," + i % 5 + "\n");
            }
        }
        Files.writeString(images.resolve("metadata.csv"), table);
        return images;
    }

    private static final String LEARNED =
            "{kind: caption, length: 12, encoder: {kind: learned, vocabulary-size: 300, width: 16, layers: 1, heads: 2}}";

    private static final String ATTRIBUTES =
            "\nattributes:\n  network: {channels: [8, 8], norm-groups: 4}\n  training: {precision: float32, steps: 2, batch-size: 4,"
                    + " learning-rate: 0.002, checkpoint-every: 2}";

    @Test
    void classesAreWhatARecipeDrawsFromUnlessItSaysOtherwise() {
        String text = RecipeWriter.write(TinyRecipe.of(Path.of("images"), "dual-position"));
        assertThat(text).contains("\nmodel:\n").doesNotContain("conditioning");
        assertThat(RecipeWriter.write(withConditioning(Path.of("images"), "{kind: class}")))
                .isEqualTo(text);
        assertThatThrownBy(() -> withConditioning(Path.of("images"), "{kind: captions}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("caption");
        Recipe usual = withConditioning(Path.of("images"), "{kind: caption}");
        assertThat(RecipeReader.parse("r.yaml", RecipeWriter.write(usual), Recipe.class))
                .isEqualTo(usual);
    }

    @Test
    void aRunOnCaptionsEndsInAModelThatDrawsFromCaptionsOfItsOwnAndOfOthers() throws IOException {
        Recipe recipe = RecipeReader.parse(
                "r.yaml",
                RecipeWriter.write(withConditioning(captioned(16, "a disc"), LEARNED))
                        .replace("\ndata:\n", ATTRIBUTES + "\ndata:\n  attribute-columns: [shape, kind]\n"),
                Recipe.class);
        Path run = folder.resolve("run");
        ModelFolder model = new Pipeline(recipe, folder, run, SILENT).run();
        assertCaptionsAreJudged(EvaluationReport.read(run.resolve("results.json")), recipe);
        assertThat(model.drawsFromCaptions()).isTrue();
        assertThat(Files.readString(run.resolve("report.html"))).contains(" of kind ");
        model.verify(ModelFolder.CAPTION_TOKENIZER);
        List<String> captions = List.of("some bars of kind 3", "a green disc");
        Drawing drawing = Drawing.of(new DrawingOrder.Raster(0)).withGuidanceScale(2);
        try (ImageTokenizer tokenizer = model.tokenizer();
                AutoregressiveModel plain =
                        model.transformer(model.defaultArm(), Device.CPU, captions, Optional.empty());
                AutoregressiveModel negative =
                        model.transformer(model.defaultArm(), Device.CPU, captions, Optional.of("a green disc"))) {
            GenerationRequest both = new GenerationRequest(0, new int[] {0, 1, 0}, 1, 3, drawing);
            int[] first = tokens(plain, tokenizer, both, 0);
            assertThat(first).hasSize(16);
            // Guidance away from a caption towards itself leaves the caption alone.
            int[] unguided = tokens(
                    plain,
                    tokenizer,
                    new GenerationRequest(0, new int[] {1, 1, 1}, 1, 3, drawing.withGuidanceScale(1)),
                    1);
            assertThat(tokens(negative, tokenizer, both, 1)).isEqualTo(unguided);
        }
        try (AutoregressiveModel unconditional = model.transformer(model.defaultArm())) {
            unconditional
                    .start(new int[] {unconditional.space().unconditional()})
                    .close();
        }
    }

    /** Every arm in every drawing is judged by its captions and, for chance, by those of others, and so are the test images. */
    private static void assertCaptionsAreJudged(EvaluationReport results, Recipe recipe) {
        List<String> judged = results.figures().stream()
                .filter(figure -> figure.metric().equals(CaptionAccuracy.OVERALL))
                .map(figure -> figure.arm() + ": " + figure.drawing())
                .toList();
        List<String> expected = new ArrayList<>();
        List<String> ways = recipe.evaluation().drawings().stream()
                .map(drawing -> drawing.order().label())
                .toList();
        expected.addAll(List.of(
                CaptionAccuracy.TEST_IMAGES + ": " + CaptionAccuracy.REAL,
                CaptionAccuracy.TEST_IMAGES + ": " + CaptionAccuracy.RECONSTRUCTED,
                CaptionAccuracy.TEST_IMAGES + ": " + CaptionAccuracy.shuffled(CaptionAccuracy.REAL)));
        for (Arm arm : Arm.OF_A_RECIPE) {
            for (String way : ways) {
                expected.add(arm.label() + ": " + way);
                expected.add(arm.label() + ": " + CaptionAccuracy.shuffled(way));
            }
        }
        assertThat(judged).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static int[] tokens(
            AutoregressiveModel model, ImageTokenizer tokenizer, GenerationRequest request, int image)
            throws IOException {
        return new ImageGenerator(new DrawingModel(model, tokenizer, Optional.empty()))
                .generate(request)
                .get(image)
                .tokens();
    }

    @Test
    void imagesWithoutCaptionsAndCaptionsThatAreTooLongAreRefusedBeforeTheFirstStage() throws IOException {
        Path run = folder.resolve("run");
        Recipe recipe = withConditioning(captioned(8, ""), LEARNED);
        assertThatThrownBy(() -> new Pipeline(recipe, folder, run, SILENT).run(StageName.PRETRAINING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("discs/7.png has none")
                .hasMessageContaining("column 'caption'");
        Recipe shorter = withConditioning(captioned(8, "a disc"), LEARNED.replace("length: 12", "length: 4"));
        assertThatThrownBy(() -> new Pipeline(shorter, folder, run, SILENT).run(StageName.PRETRAINING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a caption may have up to 4 tokens for this model, but 'some bars of kind")
                .hasMessageContaining("shorten it");
        assertThat(run.resolve("stages")).doesNotExist();
    }

    @Test
    void withoutTestImagesThereIsNothingToConditionOnAndTheModelIsTrainedAllTheSame() throws IOException {
        Recipe recipe = RecipeReader.parse(
                "r.yaml",
                RecipeWriter.write(withConditioning(captioned(8, "a disc"), LEARNED))
                        .replaceAll("test-fraction: [0-9.]+", "test-fraction: 0.0"),
                Recipe.class);
        assertThat(recipe.data().testFraction()).isZero();
        Path run = folder.resolve("run");
        new Pipeline(recipe, folder, run, SILENT).run(StageName.MODEL);
        assertThat(ModelFolder.open(run.resolve(Pipeline.MODEL)).arms()).contains(Arm.SPECIALISED);
    }

    @Test
    void captionsThatAreTooLongAreCutWhereTheRecipeSaysSoWithOneWarning() throws IOException {
        List<String> notes = new ArrayList<>();
        Recipe recipe =
                withConditioning(captioned(8, "a disc"), LEARNED.replace("length: 12", "length: 4, too-long: cut"));
        new Pipeline(recipe, folder, folder.resolve("run"), new PipelineListener() {
                    @Override
                    public void note(String line) {
                        notes.add(line);
                    }
                })
                .run(StageName.PRETRAINING);
        assertThat(notes).filteredOn(note -> note.contains("are cut")).hasSize(1);
    }
}
