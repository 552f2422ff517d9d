package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeReader;
import dev.oar.file.CorruptFileException;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GeneratedImage;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.model.AutoregressiveModel;
import dev.oar.testing.NativeMemory;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class PipelineTests {
    private static final int IMAGES_PER_CLASS = 16;

    @TempDir
    Path folder;

    private static final class Recording implements PipelineListener {
        final Map<StageName, Boolean> skipped = new EnumMap<>(StageName.class);
        final List<String> notes = new ArrayList<>();

        @Override
        public void stageFinished(StageName stage, Duration duration, boolean wasSkipped) {
            skipped.put(stage, wasSkipped);
        }

        @Override
        public void note(String line) {
            notes.add(line);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"position-instruction", "dual-position"})
    void aRunEndsInAReportAndAModelThatDrawsAndASecondRunSkipsEverything(String formulation) throws IOException {
        Recipe recipe = TinyRecipe.of(TinyRecipe.images(folder.resolve("images"), IMAGES_PER_CLASS), formulation);
        Path run = folder.resolve("run");
        Recording first = new Recording();
        ModelFolder model = new Pipeline(recipe, folder, run, first).run();
        assertThat(first.skipped)
                .containsOnlyKeys(TinyRecipe.STAGES.toArray(StageName[]::new))
                .doesNotContainValue(true);
        assertThat(run.resolve("report.html")).exists();
        assertThat(model.arms()).containsExactlyElementsOf(Arm.OF_A_RECIPE);

        Recording second = new Recording();
        new Pipeline(recipe, folder, run, second).run();
        assertThat(second.skipped).doesNotContainValue(false);

        try (ImageTokenizer tokenizer = model.tokenizer();
                AutoregressiveModel transformer = model.transformer(model.defaultArm())) {
            ImageGenerator generator = new ImageGenerator(new DrawingModel(transformer, tokenizer, model.meanRanks()));
            for (DrawingOrder order : List.of(
                    new DrawingOrder.RecordedMean(0), new DrawingOrder.UniformRandom(5), new DrawingOrder.Raster(0))) {
                List<GeneratedImage> images =
                        generator.generate(new GenerationRequest(0, new int[] {0, 1, 0}, 1, 2, Drawing.of(order)));
                assertThat(images).as(order.label()).hasSize(3);
                assertThat(images.get(0).image().width()).isEqualTo(16);
            }
        }
    }

    @Test
    void reportAndModelOfARunDirectoryAreThoseOfTheLastRun() throws IOException {
        Path images = TinyRecipe.images(folder.resolve("images"), IMAGES_PER_CLASS);
        Recipe first = TinyRecipe.of(images, "dual-position");
        Recipe second = first.withSeed(first.seed() + 1);
        Path run = folder.resolve("run");
        new Pipeline(first, folder, run, new Recording()).run();
        Map<String, String> ofFirst = contents(run.resolve(Pipeline.MODEL));
        new Pipeline(second, folder, run, new Recording()).run();
        assertThat(contents(run.resolve(Pipeline.MODEL))).isNotEqualTo(ofFirst);
        Recording third = new Recording();
        new Pipeline(first, folder, run, third).run();
        assertThat(contents(run.resolve(Pipeline.MODEL))).isEqualTo(ofFirst);
        assertThat(third.skipped).containsEntry(StageName.PRETRAINING, true).containsEntry(StageName.REPORT, false);
        Files.delete(run.resolve(Pipeline.REPORT));
        new Pipeline(first, folder, run, new Recording()).run();
        assertThat(run.resolve(Pipeline.REPORT)).exists();
    }

    @Test
    void aSplitThatCannotBeMeasuredIsRefusedBeforeAnythingIsTrained() throws IOException {
        Recipe recipe = TinyRecipe.of(TinyRecipe.images(folder.resolve("images"), 1), "dual-position");
        assertThatThrownBy(() -> new Pipeline(recipe, folder, folder.resolve("run"), new Recording()).run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("change data.test-fraction, or add images");
        assertThat(folder.resolve("run/stages")).doesNotExist();
    }

    /** Fingerprints of the files of a folder, by name. */
    private static Map<String, String> contents(Path folder) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(folder.relativize(file).toString(), Fingerprint.ofFile(file));
            }
        }
        return contents;
    }

    @Test
    void aChangedSettingRunsOnlyTheStagesThatDependOnItAndKeepsTheOldOnes() throws IOException {
        Path images = TinyRecipe.images(folder.resolve("images"), IMAGES_PER_CLASS);
        Recipe recipe = TinyRecipe.of(images, "position-instruction");
        Path run = folder.resolve("run");
        new Pipeline(recipe, folder, run, new Recording()).run(StageName.EXTRACTION);
        Recording changed = new Recording();
        new Pipeline(recipe.withSeed(4), folder, run, changed).run(StageName.EXTRACTION);
        assertThat(changed.skipped)
                .containsEntry(StageName.TOKENIZER, true)
                .containsEntry(StageName.TOKENS, true)
                .containsEntry(StageName.PRETRAINING, false)
                .containsEntry(StageName.EXTRACTION, false);
        Recording back = new Recording();
        new Pipeline(recipe, folder, run, back).run(StageName.EXTRACTION);
        assertThat(back.skipped).doesNotContainValue(false);
    }

    @Test
    void twoRunsMayNotShareADirectory() throws IOException {
        Recipe recipe = TinyRecipe.of(TinyRecipe.images(folder.resolve("images"), 4), "position-instruction");
        Path run = folder.resolve("run");
        try (RunLock ignored = RunLock.take(run)) {
            assertThatThrownBy(() -> new Pipeline(recipe, folder, run, new Recording()).run())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("only one run");
        }
    }

    @Test
    void resultsWithinTheImagesAreRefusedBeforeAnythingIsWritten() throws IOException {
        Path images = TinyRecipe.images(folder.resolve("images"), 4);
        Recipe recipe = TinyRecipe.of(images, "dual-position");
        Path run = images.resolve("run");

        assertThatThrownBy(() -> new Pipeline(recipe, folder, run, new Recording()).run(StageName.TOKENIZER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("results may not lie within the images");
        assertThat(run).doesNotExist();
    }

    @Test
    void theRecipeInTheRunDirectoryRunsAgainFromThereOnTheSameImages() throws IOException {
        TinyRecipe.images(folder.resolve("images"), 4);
        Recipe given = TinyRecipe.of(folder, "dual-position");
        Recipe recipe =
                given.withData(given.name(), given.licence(), given.data().withPath("../images"));
        Path recipes = Files.createDirectories(folder.resolve("recipes"));
        Path run = folder.resolve("deep/er/run");
        new Pipeline(recipe, recipes, run, new Recording()).run(StageName.TOKENS);

        Recipe written = RecipeReader.read(run.resolve("recipe.yaml"), Recipe.class);
        Recording again = new Recording();
        new Pipeline(written, run, run, again).run(StageName.TOKENS);
        assertThat(again.skipped).hasSize(2).doesNotContainValue(false);
        assertThat(written.data().path())
                .isEqualTo(folder.resolve("images").toAbsolutePath().toString());
    }

    @Test
    void tokensOfAnotherTokenizerAreRefusedInOneSentence() throws IOException {
        Recipe recipe = TinyRecipe.of(TinyRecipe.images(folder.resolve("images"), 4), "dual-position");
        Recipe other = TinyRecipe.withTokenizerSeed(recipe, 99);
        Path run = folder.resolve("run");
        Path foreign = folder.resolve("foreign");
        new Pipeline(recipe, folder, run, new Recording()).run(StageName.TOKENS);
        new Pipeline(other, folder, foreign, new Recording()).run(StageName.TOKENS);
        exchange(
                stageFolders(run, StageName.TOKENS).get(0),
                stageFolders(foreign, StageName.TOKENS).get(0));

        assertThatThrownBy(() -> new Pipeline(recipe, folder, run, new Recording()).run(StageName.PRETRAINING))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("were made by the tokenizer")
                .hasMessageContaining("run `oar tokenize` with this tokenizer, and delete ")
                .message()
                .hasLineCount(1);
    }

    @Test
    void ordersOfAnotherModelAreRefusedInOneSentence() throws IOException {
        Recipe recipe = TinyRecipe.of(TinyRecipe.images(folder.resolve("images"), 4), "dual-position");
        Path run = folder.resolve("run");
        new Pipeline(recipe, folder, run, new Recording()).run(StageName.EXTRACTION);
        Path ours = stageFolders(run, StageName.EXTRACTION).get(0);
        // Another seed shares the tokens, so that the model alone tells the orders apart.
        new Pipeline(recipe.withSeed(4), folder, run, new Recording()).run(StageName.EXTRACTION);
        Path theirs = stageFolders(run, StageName.EXTRACTION).stream()
                .filter(path -> !path.equals(ours))
                .findFirst()
                .orElseThrow();
        exchange(ours, theirs);

        assertThatThrownBy(() -> new Pipeline(recipe, folder, run, new Recording()).run(StageName.FINETUNING))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("were extracted by the model")
                .hasMessageContaining("run `oar extract` with this model, and delete " + ours)
                .message()
                .hasLineCount(1);
    }

    private static List<Path> stageFolders(Path run, StageName stage) throws IOException {
        try (Stream<Path> folders = Files.list(run.resolve("stages"))) {
            return folders.filter(path -> path.getFileName().toString().startsWith(stage.label() + "-"))
                    .toList();
        }
    }

    /** Puts the files of both sides of the split in the place of another folder's. */
    private static void exchange(Path target, Path source) throws IOException {
        for (String side : List.of("train", "test")) {
            try (Stream<Path> files = Files.list(source.resolve(side))) {
                for (Path file : files.toList()) {
                    Files.copy(
                            file,
                            target.resolve(side).resolve(file.getFileName()),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
