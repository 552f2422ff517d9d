package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.artifact.CaptionSourceFile;
import dev.oar.artifact.ModelFolder;
import dev.oar.config.ConfigException;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.file.CorruptFileException;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.model.AutoregressiveModel;
import dev.oar.tensor.Device;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyTextEncoder;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose captions a frozen text encoder embeds. */
@ExtendWith(NativeMemory.class)
class FrozenRecipeTests {
    private static final String FROZEN =
            "{kind: caption, length: 16, encoder: {kind: frozen, source: encoder, width: 8}}";

    @TempDir
    private Path folder;

    private final List<String> notes = new ArrayList<>();
    private final TreeSet<String> activities = new TreeSet<>();

    private final PipelineListener listener = new PipelineListener() {
        @Override
        public void note(String line) {
            notes.add(line);
        }

        @Override
        public void progress(StageName stage, StageProgress progress) {
            activities.add(stage.label() + ": " + progress.activity());
        }
    };

    private Recipe recipe(String conditioning) throws IOException {
        Path images = folder.resolve("images");
        TinyRecipe.images(images, 12);
        StringBuilder table = new StringBuilder("file_name,class,caption\n");
        for (String name : List.of("bars", "discs")) {
            for (int i = 0; i < 12; i++) {
                table.append(name + "/" + i + ".png," + name + ",some " + name + " of kind " + i % 3 + "\n");
            }
        }
        Files.writeString(images.resolve("metadata.csv"), table);
        return RecipeReader.parse(
                "r.yaml",
                RecipeWriter.write(TinyRecipe.of(images, "dual-position"))
                        .replace("\nmodel:\n", "\nmodel:\n  conditioning: " + conditioning + "\n"),
                Recipe.class);
    }

    private void run(Recipe recipe, String run, StageName target) throws IOException {
        new Pipeline(recipe, folder, folder.resolve(run), listener).run(target);
    }

    private Path stage(String run, StageName stage) throws IOException {
        try (Stream<Path> stages = Files.list(folder.resolve(run).resolve("stages"))) {
            return stages.filter(path -> path.getFileName().toString().startsWith(stage.label() + "-"))
                    .reduce((first, second) -> {
                        throw new AssertionError("two folders of " + stage.label());
                    })
                    .orElseThrow();
        }
    }

    @Test
    void aRunEndsInAModelThatDrawsByItsEncoderFromAnywhereAndServesAsABase() throws IOException {
        Path encoder = TinyTextEncoder.write(folder.resolve("encoder"), 1);
        Recipe recipe = recipe(FROZEN);
        run(recipe, "run", StageName.REPORT);
        assertThat(activities)
                .contains("pretraining: captions of train images", "pretraining: captions of test images");
        Path model = folder.resolve("run/model");
        Path real = encoder.toRealPath();
        String source = "source: \"?" + real + "\"?";
        assertThat(Files.readString(model.resolve(ModelFolder.MANIFEST))).containsPattern(source);
        assertThat(Files.readString(folder.resolve("run/recipe.yaml"))).containsPattern(source);
        assertGuidanceFollowsItsLaws(ModelFolder.open(model));

        Recipe copy = RecipeReader.read(folder.resolve("run/recipe.yaml"), Recipe.class);
        activities.clear();
        new Pipeline(copy, folder.resolve("elsewhere"), folder.resolve("run"), listener).run(StageName.FINETUNING);
        assertThat(activities).as("the copy is the same run").isEmpty();

        run(recipe.withBase("run/model"), "again", StageName.REPORT);
        for (String file : List.of("control.safetensors", "specialised.safetensors", CaptionSourceFile.NAME)) {
            assertThat(folder.resolve("again/model").resolve(file)).hasSameBinaryContentAs(model.resolve(file));
        }

        TinyTextEncoder.write(encoder, 2);
        assertRefused(model, IllegalArgumentException.class, "must come from the text encoder ");
        assertThatThrownBy(() -> run(recipe.withBase("run/model"), "third", StageName.EXTRACTION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must come from the text encoder ");
        Files.move(encoder, folder.resolve("moved"));
        assertRefused(model, CorruptFileException.class, "there is no file " + real);
        run(recipe, "run", StageName.REPORT);
    }

    private static void assertRefused(Path model, Class<? extends Exception> kind, String sentence) throws IOException {
        ModelFolder folder = ModelFolder.open(model);
        assertThatThrownBy(
                        () -> folder.transformer(folder.defaultArm(), Device.CPU, List.of("a disc"), Optional.empty())
                                .close())
                .isInstanceOf(kind)
                .hasMessageContaining(sentence);
    }

    /** Guidance away from a caption towards itself leaves the caption alone. */
    private static void assertGuidanceFollowsItsLaws(ModelFolder model) throws IOException {
        Drawing drawing = Drawing.of(new DrawingOrder.Raster(0)).withGuidanceScale(3);
        List<String> captions = List.of("some bars of kind 1", "a green disc");
        try (ImageTokenizer tokenizer = model.tokenizer();
                AutoregressiveModel plain =
                        model.transformer(model.defaultArm(), Device.CPU, captions, Optional.empty());
                AutoregressiveModel negative =
                        model.transformer(model.defaultArm(), Device.CPU, captions, Optional.of("a green disc"))) {
            int[] unguided = tokens(plain, tokenizer, drawing.withGuidanceScale(1));
            assertThat(tokens(negative, tokenizer, drawing)).isEqualTo(unguided);
        }
    }

    private static int[] tokens(AutoregressiveModel model, ImageTokenizer tokenizer, Drawing drawing)
            throws IOException {
        return new ImageGenerator(new DrawingModel(model, tokenizer, Optional.empty()))
                .generate(new GenerationRequest(0, new int[] {1, 1}, 1, 2, drawing))
                .get(0)
                .tokens();
    }

    @Test
    void featuresAreTakenOnceAndThoseThatWereBrokenOffAnew() throws IOException {
        TinyTextEncoder.write(folder.resolve("encoder"), 1);
        Recipe recipe = recipe(FROZEN);
        run(recipe, "run", StageName.PRETRAINING);
        Path pretraining = stage("run", StageName.PRETRAINING);
        byte[] weights = Files.readAllBytes(pretraining.resolve("any-order.safetensors"));
        Path kept = pretraining.resolve("captions/train/captions-00000.safetensors");
        Object before = Files.getLastModifiedTime(kept);
        Files.delete(pretraining.resolve("stage.json"));
        Files.delete(pretraining.resolve("captions/test/caption-features.json"));
        Files.writeString(pretraining.resolve("captions/test/captions-00000.safetensors"), "broken off");
        run(recipe, "run", StageName.PRETRAINING);
        assertThat(Files.getLastModifiedTime(kept)).isEqualTo(before);
        assertThat(pretraining.resolve("any-order.safetensors")).hasBinaryContent(weights);

        Files.delete(pretraining.resolve("captions/train/caption-features.json"));
        assertThatThrownBy(() -> run(recipe, "run", StageName.EXTRACTION))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("embed the captions")
                .hasMessageContaining("delete " + pretraining + " before");
    }

    @Test
    void featuresOfAnotherEncoderAreNotGoneOnWith() throws IOException {
        TinyTextEncoder.write(folder.resolve("encoder"), 1);
        Recipe recipe = recipe(FROZEN);
        run(recipe, "run", StageName.PRETRAINING);
        Path pretraining = stage("run", StageName.PRETRAINING);
        TinyTextEncoder.write(folder.resolve("encoder"), 2);
        Files.delete(pretraining.resolve("stage.json"));
        assertThatThrownBy(() -> run(recipe, "run", StageName.PRETRAINING))
                .as("a training goes on with the captions that it began with")
                .hasMessageContaining("cannot be resumed");
    }

    @Test
    void encodersThatAreMissingOrDoNotFitAreRefusedBeforeAnythingIsTrained() throws IOException {
        assertThatThrownBy(() -> recipe("{kind: caption, encoder: {kind: frozen}}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("conditioning.encoder has no source; name a folder or hf://OWNER/REPO");
        assertThatThrownBy(() -> run(recipe(FROZEN), "run", StageName.PRETRAINING))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("there is no file");
        TinyTextEncoder.write(folder.resolve("encoder"), 16, 814, 1);
        assertThatThrownBy(() -> run(recipe(FROZEN), "run", StageName.PRETRAINING))
                .hasMessageContaining("must have the width 8, but that of");
        assertThat(folder.resolve("run/stages")).doesNotExist();
        TinyTextEncoder.write(folder.resolve("encoder"), 8, 100, 1);
        assertThatThrownBy(() -> run(recipe(FROZEN), "run", StageName.PRETRAINING))
                .hasMessageContaining("has 100 embeddings for 814 tokens");
        TinyTextEncoder.write(folder.resolve("encoder"), 1);
        assertThatThrownBy(() -> run(recipe(FROZEN.replace("16", "5")), "run", StageName.PRETRAINING))
                .hasMessageContaining("a caption may have up to 5 tokens for this model, but 'some bars");
        run(recipe(FROZEN.replace("16", "5, too-long: cut")), "run", StageName.PRETRAINING);
        assertThat(notes)
                .filteredOn(note -> note.endsWith("conditioning.length 5 and are cut"))
                .hasSize(2);
    }
}
