package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelExport;
import dev.oar.artifact.ModelFolder;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.evaluate.CaptionAccuracy;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.Metric;
import dev.oar.feature.AttributeClassifier;
import dev.oar.feature.AttributeFiles;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A recipe whose images have attributes trains a classifier of them, measures by it, and leaves it in the model. */
@ExtendWith(NativeMemory.class)
class AttributesStageTests {
    private static final int PER_CLASS = 16;
    private static final String PAIRS = "[{shape: discs, number: odd}]";

    @TempDir
    Path folder;

    @Test
    void aRunLeavesAClassifierInTheModelAndMeasuresRealImagesAndChance() throws IOException {
        Path run = folder.resolve("run");
        ModelFolder model = new Pipeline(
                        TinyRecipe.withAttributes(images(), "dual-position", PAIRS), folder, run, listener())
                .run();

        ModelFolder copy =
                ModelExport.write(model, folder.resolve("copy"), Set.of(Arm.ANY_ORDER), ModelExport.StoredType.FLOAT32);
        for (ModelFolder each : List.of(model, copy)) {
            assertThat(each.manifest().fingerprints()).containsKey(AttributeFiles.WEIGHTS);
            each.verify(AttributeFiles.WEIGHTS);
            try (AttributeClassifier classifier = AttributeFiles.read(each.path())) {
                assertThat(classifier.attributes().toString())
                        .contains("shape", "[bars, discs]", "number", "[even, odd]");
                assertThat(classifier.imageSize()).isEqualTo(16);
            }
        }
        EvaluationReport results = EvaluationReport.read(run.resolve(EvaluationStage.RESULTS));
        assertThat(results.settings()).containsKey("attributes");
        for (String way : List.of(CaptionAccuracy.REAL, CaptionAccuracy.shuffled(CaptionAccuracy.REAL))) {
            assertThat(results.figures().stream()
                            .filter(figure ->
                                    figure.drawing().equals(way) && figure.arm().equals(CaptionAccuracy.TEST_IMAGES))
                            .map(figure -> figure.metric().name()))
                    .as(way)
                    .containsExactly(
                            "caption accuracy",
                            "caption accuracy, held-out pairs",
                            "held-out pairs found",
                            "accuracy of shape",
                            "accuracy of number",
                            "both found of shape discs with number odd");
        }
        EvaluationFigure pairs = results.figure(
                        CaptionAccuracy.TEST_IMAGES, CaptionAccuracy.REAL, CaptionAccuracy.PAIRS.name())
                .orElseThrow();
        assertThat(pairs.metric().kind()).isEqualTo(Metric.Kind.CAPTION);
        assertThat(pairs.samples()).as("half of eight, the others teach").isEqualTo(4);
        assertThat(Files.readString(run.resolve(Pipeline.REPORT)))
                .contains("Caption accuracy", "held-out pairs found", "accuracy of number", "Attribute classifier");
    }

    @Test
    void aRunWithoutAttributesInTheSameDirectoryTakesTheClassifierOutOfTheModel() throws IOException {
        Path run = folder.resolve("run");
        Path images = images();
        new Pipeline(TinyRecipe.withAttributes(images, "dual-position", "[]"), folder, run, listener()).run();
        assertThat(AttributeFiles.presentIn(run.resolve(Pipeline.MODEL))).isTrue();
        ModelFolder model = new Pipeline(TinyRecipe.of(images, "dual-position"), folder, run, listener()).run();
        assertThat(run.resolve(Pipeline.MODEL).resolve(AttributeFiles.SIZES)).doesNotExist();
        assertThat(model.manifest().fingerprints()).doesNotContainKey(AttributeFiles.WEIGHTS);
    }

    @Test
    void theStageSaysWhatItFindsAndHoldsHeldOutPairsInItsFingerprint() throws IOException {
        Path run = folder.resolve("run");
        Path images = images();
        StringBuilder notes = new StringBuilder();
        for (String pairs : List.of("[]", PAIRS)) {
            PipelineListener heard = new PipelineListener() {
                @Override
                public void note(String line) {
                    notes.append(line).append('\n');
                }
            };
            new Pipeline(TinyRecipe.withAttributes(images, "dual-position", pairs), folder, run, heard)
                    .run(StageName.ATTRIBUTES);
        }
        assertThat(notes.toString())
                .contains("of the attributes of test images the classifier finds: ", "accuracy of shape");
        try (var stages = Files.list(run.resolve("stages"))) {
            assertThat(stages.map(path -> String.valueOf(path.getFileName()).replaceAll("-.*", ""))
                            .collect(Collectors.toList()))
                    .containsExactly("attributes", "attributes");
        }
    }

    @Test
    void attributesWithoutColumnsAndAStageWithoutItsSectionAreRefusedInOneSentence() throws IOException {
        Path images = images();
        String yaml = RecipeWriter.write(TinyRecipe.withAttributes(images, "dual-position", "[]"));
        assertThatThrownBy(() -> RecipeReader.parse(
                        "tiny.yaml",
                        yaml.replace("attribute-columns: [shape, number]", "attribute-columns: []"),
                        Recipe.class))
                .hasMessageContaining("attributes needs images with attributes, but data names no attribute-columns");
        assertThatThrownBy(() -> new Pipeline(
                                TinyRecipe.of(images, "dual-position"), folder, folder.resolve("run"), listener())
                        .run(StageName.ATTRIBUTES))
                .hasMessageContaining("this recipe has no attributes");
        assertThat(RecipeReader.parse("again.yaml", yaml, Recipe.class))
                .isEqualTo(TinyRecipe.withAttributes(images, "dual-position", "[]"));
    }

    private Path images() throws IOException {
        return TinyRecipe.described(TinyRecipe.images(folder.resolve("images"), PER_CLASS), PER_CLASS);
    }

    private static PipelineListener listener() {
        return new PipelineListener() {};
    }
}
