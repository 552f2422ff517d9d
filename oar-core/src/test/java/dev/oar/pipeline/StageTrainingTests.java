package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.tensor.Device;
import dev.oar.tensorboard.EventFileReader;
import dev.oar.testing.NativeMemory;
import dev.oar.train.MetricsFile;
import dev.oar.train.TrainingLogs;
import dev.oar.train.TrainingLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Trainings of a recipe that are watched on the way, or given more steps. */
@ExtendWith(NativeMemory.class)
class StageTrainingTests {
    private static final String PRETRAINING = "pretraining:\n  class-dropout: 0.1\n";
    private static final String FINETUNING = "finetuning:\n  random-share: 0.5\n";

    @TempDir
    Path folder;

    private Path images = Path.of("");

    @BeforeEach
    void writeImages() throws IOException {
        images = TinyRecipe.images(folder.resolve("images"), 16);
    }

    /** Remembers what was reported of one stage's training. */
    private static final class Recording implements PipelineListener {
        final List<StageProgress> pretraining = new ArrayList<>();
        final List<String> notes = new ArrayList<>();

        @Override
        public void progress(StageName stage, StageProgress progress) {
            if (stage == StageName.PRETRAINING) {
                pretraining.add(progress);
            }
        }

        @Override
        public void note(String line) {
            notes.add(line);
        }
    }

    @Test
    void aPretrainingAtAConstantRateGoesOnForMoreStepsInTheSameRun() throws IOException {
        Path inTwo = folder.resolve("in two");
        logged(withSteps(4), inTwo, new Recording()).run(StageName.PRETRAINING);
        Recording second = new Recording();
        logged(withSteps(7), inTwo, second).run(StageName.PRETRAINING);
        assertThat(second.pretraining).extracting(StageProgress::done).containsExactly(5L, 6L, 7L);
        assertThat(second.notes).anyMatch(note -> note.startsWith("training continues from step 4 of"));

        Path whole = folder.resolve("whole");
        Recording fromTheStart = new Recording();
        new Pipeline(withSteps(7), folder, whole, fromTheStart).run(StageName.PRETRAINING);
        assertThat(fromTheStart.pretraining).hasSize(7);
        assertThat(stages(inTwo))
                .containsAll(stages(whole))
                .hasSize(stages(whole).size() + 1);
        Path last = stage(whole);
        assertThat(Fingerprint.ofFile(
                        inTwo.resolve("stages").resolve(last.getFileName()).resolve(weights())))
                .isEqualTo(Fingerprint.ofFile(last.resolve(weights())));
        assertThat(EventFileReader.of(inTwo.resolve("stages").resolve(last.getFileName()))
                        .shown("training/loss"))
                .as("event files of the shorter training come along")
                .containsOnlyKeys(1L, 4L, 7L);

        Recording other = new Recording();
        new Pipeline(withSteps(9).withSeed(77), folder, inTwo, other).run(StageName.PRETRAINING);
        assertThat(other.pretraining).as("another seed begins anew").hasSize(9);
    }

    @Test
    void bitsPerTokenOnTestImagesAreToldDuringTrainingAndChangeNothing() throws IOException {
        Recipe plain = TinyRecipe.of(images, "dual-position");
        Recipe measured = with(PRETRAINING, "  held-out-every: 2\n", with(FINETUNING, "  held-out-every: 3\n", plain));
        Path run = folder.resolve("run");
        Recording recording = new Recording();
        logged(measured, run, recording).run();
        assertThat(recording.pretraining.get(0).heldOutBits()).isNaN();
        assertThat(recording.pretraining.subList(1, 6)).allMatch(progress -> progress.heldOutBits() > 0);
        List<MetricsFile.Line> lines = MetricsFile.read(stage(run).resolve(TrainingLoop.METRICS));
        assertThat(lines.stream()
                        .filter(line -> line.metrics().containsKey(HeldOutBits.FIGURE))
                        .map(MetricsFile.Line::step))
                .containsExactly(2L, 4L, 6L);
        assertThat(EventFileReader.of(stage(run)).shown("held-out/" + HeldOutBits.FIGURE))
                .containsOnlyKeys(2L, 4L, 6L);
        try (Stream<Path> files = Files.walk(run.resolve("stages"))) {
            List<Path> trainings = files.filter(file -> file.endsWith(TrainingLoop.METRICS))
                    .map(Path::getParent)
                    .toList();
            assertThat(trainings)
                    .as("tokenizer, features, any-order model, two arms")
                    .hasSize(5);
            for (Path training : trainings) {
                assertThat(EventFileReader.of(training).shown("training/loss"))
                        .as("%s", training)
                        .containsKey(1L);
            }
        }
        assertThat(Files.readString(run.resolve(Pipeline.REPORT)))
                .contains("Test images while the models are trained")
                .contains("; training waited ");
        assertThat(recording.notes.stream().filter(note -> note.startsWith("training waited ")))
                .as("tokenizer and features wait for images, models of tokens for nothing")
                .hasSize(2);

        Path other = folder.resolve("other");
        new Pipeline(plain, folder, other, new Recording()).run();
        assertThat(Files.readString(other.resolve(Pipeline.REPORT))).doesNotContain("Test images while");
        assertThat(stages(other).stream().filter(name -> !name.startsWith("report")))
                .containsExactlyInAnyOrderElementsOf(stages(run).stream()
                        .filter(name -> !name.startsWith("report"))
                        .toList());
        for (Arm arm : Arm.OF_A_RECIPE) {
            Path weights = Path.of(Pipeline.MODEL, ModelFolder.fileName(arm));
            assertThat(Fingerprint.ofFile(run.resolve(weights)))
                    .as(arm.label())
                    .isEqualTo(Fingerprint.ofFile(other.resolve(weights)));
        }
    }

    @Test
    void onlyTheTwoArmsThatARecipeFineTunesHaveAShareOfRandomOrders() {
        Recipe recipe = TinyRecipe.of(images, "dual-position");
        assertThat(recipe.randomShare(Arm.SPECIALISED)).isEqualTo(0.5);
        assertThat(recipe.randomShare(Arm.CONTROL)).isEqualTo(1);
        for (Arm arm : new Arm[] {Arm.ANY_ORDER, Arm.RASTER}) {
            assertThatThrownBy(() -> recipe.randomShare(arm)).hasMessageContaining(arm.label());
        }
    }

    @Test
    void aRecipeWithoutHeldOutMeasurementsHasTheTextItHadBefore() {
        Recipe plain = TinyRecipe.of(images, "dual-position");
        assertThat(RecipeWriter.write(plain)).doesNotContain("held-out");
        assertThatThrownBy(() -> with(PRETRAINING, "  held-out-every: 0\n", plain))
                .hasMessageContaining("held-out-every must be at least 1, but is 0");
    }

    /** A run with event files. */
    private Pipeline logged(Recipe recipe, Path run, PipelineListener listener) {
        return new Pipeline(recipe, folder, run, listener, Device.CPU, TrainingLogs.TENSORBOARD);
    }

    private Recipe withSteps(int steps) {
        String text = RecipeWriter.write(TinyRecipe.of(images, "dual-position"));
        int section = text.indexOf(PRETRAINING);
        return parsed(text.substring(0, section) + text.substring(section).replaceFirst("steps: 6", "steps: " + steps));
    }

    private static Recipe with(String section, String line, Recipe recipe) {
        String text = RecipeWriter.write(recipe);
        assertThat(text).contains(section);
        return parsed(text.replace(section, section + line));
    }

    private static Recipe parsed(String text) {
        return RecipeReader.parse("tiny.yaml", text, Recipe.class);
    }

    private static String weights() {
        return ModelFolder.fileName(Arm.ANY_ORDER);
    }

    private static Path stage(Path run) throws IOException {
        String name = stages(run).stream()
                .filter(stage -> stage.startsWith(StageName.PRETRAINING.label() + "-"))
                .findFirst()
                .orElseThrow();
        return run.resolve("stages").resolve(name);
    }

    private static List<String> stages(Path run) throws IOException {
        try (Stream<Path> stages = Files.list(run.resolve("stages"))) {
            return stages.map(path -> path.getFileName().toString()).toList();
        }
    }
}
