package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.generate.Drawing;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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

    /** Stands for a kill: thrown out of the middle of a stage. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

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
        assertThat(first.skipped).hasSize(StageName.values().length).doesNotContainValue(true);
        assertThat(run.resolve("report.html")).exists();
        assertThat(Files.readString(run.resolve("report.html"))).contains("specialised", "control", "any-order");
        assertThat(model.arms()).containsExactly(Arm.values());

        Recording second = new Recording();
        new Pipeline(recipe, folder, run, second).run();
        assertThat(second.skipped).doesNotContainValue(false);

        try (ImageTokenizer tokenizer = model.tokenizer();
                AutoregressiveModel transformer = model.transformer(model.defaultArm())) {
            ImageGenerator generator = new ImageGenerator(transformer, tokenizer, model.meanRanks());
            for (DrawingOrder order : List.of(
                    new DrawingOrder.RecordedMean(0), new DrawingOrder.UniformRandom(5), new DrawingOrder.Raster(0))) {
                List<GeneratedImage> images =
                        generator.generate(new GenerationRequest(0, new int[] {0, 1, 0}, 1, 2, Drawing.of(order)));
                assertThat(images).as(order.label()).hasSize(3);
                assertThat(images.get(0).image().width()).isEqualTo(16);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"position-instruction", "dual-position"})
    void aRunThatIsKilledInEveryStageEndsWithTheSameBytesAsAnUninterruptedOne(String formulation) throws IOException {
        Path images = TinyRecipe.images(folder.resolve("images"), IMAGES_PER_CLASS);
        Recipe recipe = TinyRecipe.of(images, formulation);
        Path whole = folder.resolve("whole");
        new Pipeline(recipe, folder, whole, new Recording()).run();
        Path broken = folder.resolve("broken");
        for (StageName stage : StageName.values()) {
            PipelineListener killer = new PipelineListener() {
                private int calls;

                @Override
                public void progress(
                        StageName at, String activity, long done, long total, double loss, double imagesPerSecond) {
                    // The second report of a stage comes after its first step and before its last.
                    if (at == stage && ++calls == 2) {
                        throw new Killed();
                    }
                }
            };
            assertThatThrownBy(() -> new Pipeline(recipe, folder, broken, killer).run())
                    .as("killed in " + stage)
                    .isInstanceOf(Killed.class);
        }
        new Pipeline(recipe, folder, broken, new Recording()).run();
        assertThat(contents(broken)).isEqualTo(contents(whole));
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

    /** The files that must not differ, by name. */
    private static Map<String, String> contents(Path run) throws IOException {
        Map<String, String> contents = new java.util.TreeMap<>();
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = run.relativize(file).toString();
                boolean timed = name.endsWith("metrics.jsonl")
                        || name.endsWith("stage.json")
                        || name.endsWith(".lock")
                        || name.endsWith("report.html")
                        || name.contains("report-")
                        || name.endsWith("state.json");
                if (!timed) {
                    contents.put(name, dev.oar.checkpoint.Fingerprint.ofFile(file));
                }
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
}
