package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.artifact.ModelFolder;
import dev.oar.testing.NativeMemory;
import dev.oar.tokenizer.AdversarialLossConfig;
import dev.oar.tokenizer.AdversarialObjective;
import dev.oar.tokenizer.PerceptualLossConfig;
import dev.oar.tokenizer.VqLossConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that is killed behind something it has saved goes on from there, and ends as if nothing had been. */
@ExtendWith(NativeMemory.class)
class KilledRunTests {
    private static final int IMAGES_PER_CLASS = 16;
    private static final String TRAINING = "training";
    private static final String REPORTED = "nearest training images";

    /** One kill in every stage. A checkpoint is saved at step 2, a shard of orders holds 8 images, a file of samples 8. */
    private static final List<Kill> KILLS = List.of(
            new Kill(StageName.PERCEPTUAL_FEATURES, TRAINING, 3, "checkpoints/step-00000002/state.json", TRAINING, 3),
            new Kill(StageName.TOKENIZER, TRAINING, 3, "checkpoints/step-00000002/state.json", TRAINING, 3),
            new Kill(StageName.TOKENS, "test images", 8, "train/manifest.json", "train images", 24),
            new Kill(StageName.FEATURES, TRAINING, 3, "checkpoints/step-00000002/state.json", TRAINING, 3),
            new Kill(StageName.ATTRIBUTES, TRAINING, 3, "checkpoints/step-00000002/state.json", TRAINING, 3),
            new Kill(StageName.PRETRAINING, TRAINING, 5, "checkpoints/step-00000004/state.json", TRAINING, 5),
            new Kill(StageName.EXTRACTION, "train images", 12, "train/orders-00000.safetensors", "train images", 8),
            new Kill(StageName.CONTROL, TRAINING, 3, "checkpoints/step-00000002/state.json", TRAINING, 3),
            new Kill(StageName.FINETUNING, TRAINING, 3, "checkpoints/step-00000002/state.json", TRAINING, 3),
            new Kill(StageName.EVALUATION, "drawing", 9, "samples/any-order-random.safetensors", "drawing", 9),
            new Kill(StageName.REPORT, REPORTED, 4, "../../model/" + ModelFolder.MANIFEST, REPORTED, 4));

    @TempDir
    Path folder;

    /**
     * Where a run is killed and how it must go on.
     *
     * @param activity what is being done
     * @param done how much of it is reported when the kill comes
     * @param saved a file that must have been saved by then, from the stage's folder
     * @param next what the next run must report first of
     * @param first how much of that is done at its first report
     */
    private record Kill(StageName stage, String activity, long done, String saved, String next, long first) {
        /** Whether what was saved belongs to the result and must be left as it is. */
        boolean savesResults() {
            return !activity.equals(TRAINING) && stage != StageName.REPORT;
        }
    }

    /** Stands for a kill: thrown out of the middle of a stage. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Remembers the first report of every activity, and kills. */
    private static final class Killer implements PipelineListener {
        private final Kill kill;
        private final Map<String, Long> first = new HashMap<>();

        Killer(Kill kill) {
            this.kill = kill;
        }

        @Override
        public void progress(StageName at, StageProgress progress) {
            first.putIfAbsent(at + progress.activity(), progress.done());
            if (at == kill.stage() && progress.activity().equals(kill.activity()) && progress.done() >= kill.done()) {
                throw new Killed();
            }
        }

        void requireGoneOn(Kill before) {
            assertThat(first)
                    .as("first report after the kill in " + before.stage())
                    .containsEntry(before.stage() + before.next(), before.first());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"position-instruction", "dual-position"})
    void aRunThatIsKilledInEveryStageGoesOnAndEndsWithTheSameBytesAsAnUninterruptedOne(String formulation)
            throws IOException {
        Path images =
                TinyRecipe.described(TinyRecipe.images(folder.resolve("images"), IMAGES_PER_CLASS), IMAGES_PER_CLASS);
        Recipe recipe = TinyRecipe.withTokenizerLoss(
                TinyRecipe.withAttributes(images, formulation, "[]"),
                VqLossConfig.defaults()
                        .withPerceptual(new PerceptualLossConfig.OwnFeatures(1))
                        .withAdversarial(new AdversarialLossConfig(
                                AdversarialObjective.HINGE, 0.8, 1, 1, 8, java.util.Optional.of(0.001), 0.5, 0.9)));
        Path whole = folder.resolve("whole");
        new Pipeline(recipe, folder, whole, new PipelineListener() {}).run();
        Path broken = folder.resolve("broken");
        Map<Path, FileTime> saved = new HashMap<>();
        for (int i = 0; i < KILLS.size(); i++) {
            Kill kill = KILLS.get(i);
            Killer killer = new Killer(kill);
            assertThatThrownBy(() -> new Pipeline(recipe, folder, broken, killer).run())
                    .as("killed in " + kill.stage())
                    .isInstanceOf(Killed.class);
            if (i > 0) {
                killer.requireGoneOn(KILLS.get(i - 1));
            }
            Path file = stageFolder(broken, kill.stage()).resolve(kill.saved());
            assertThat(file).as("saved before the kill in " + kill.stage()).isRegularFile();
            if (kill.savesResults()) {
                saved.put(file, Files.getLastModifiedTime(file));
            }
        }
        assertThat(broken.resolve(Pipeline.REPORT)).doesNotExist();
        new Pipeline(recipe, folder, broken, new PipelineListener() {}).run();

        assertThat(RunFiles.contents(broken)).isEqualTo(RunFiles.contents(whole));
        assertThat(RunFiles.contents(whole).keySet())
                .anyMatch(name -> name.endsWith("specialised.safetensors"))
                .anyMatch(name -> name.endsWith("/results.json"))
                .anyMatch(name -> name.endsWith("/metrics.jsonl"));
        for (Map.Entry<Path, FileTime> entry : saved.entrySet()) {
            assertThat(Files.getLastModifiedTime(entry.getKey()))
                    .as("not written again: " + entry.getKey())
                    .isEqualTo(entry.getValue());
        }
        requireAttempts(whole, 1);
        requireAttempts(broken, 2);
        assertThat(Files.readString(broken.resolve(Pipeline.REPORT))).contains(" s in 2 attempts");
    }

    /** Every stage must have counted its attempts, and the unfinished stages' clocks must be gone. */
    private static void requireAttempts(Path run, int attempts) throws IOException {
        for (Kill kill : KILLS) {
            Path stage = stageFolder(run, kill.stage());
            assertThat(Files.readString(stage.resolve(StageDirectory.MARKER)))
                    .as("attempts in " + stage)
                    .containsPattern("\"attempts\" : " + attempts + "\\b");
            assertThat(stage.resolve(StageTime.FILE)).doesNotExist();
        }
    }

    private static Path stageFolder(Path run, StageName stage) throws IOException {
        try (Stream<Path> folders = Files.list(run.resolve("stages"))) {
            return folders.filter(path -> path.getFileName().toString().startsWith(stage.label() + "-"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no folder of " + stage));
        }
    }
}
