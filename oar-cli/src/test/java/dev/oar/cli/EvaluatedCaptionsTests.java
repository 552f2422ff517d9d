package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.evaluate.EvaluationReport;
import dev.oar.feature.AttributeClassifier;
import dev.oar.feature.AttributeClassifierConfig;
import dev.oar.feature.AttributeFiles;
import dev.oar.image.Attribute;
import dev.oar.tensor.LibTorch;
import dev.oar.testing.DrawnRectangles;
import dev.oar.testing.TinyModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets of images with a table of what they were asked for, measured by the command. */
class EvaluatedCaptionsTests {
    private static final String MODEL = "../models/noto-emoji-64";

    @TempDir
    private Path folder;

    private Path samples;
    private Path reference;
    private Path model;

    @BeforeEach
    void write() throws IOException {
        LibTorch.load();
        samples = DrawnRectangles.write(folder.resolve("samples"), 12);
        reference = DrawnRectangles.write(folder.resolve("reference"), 18);
        model = folder.resolve("model");
        TinyModelFolder.write(model);
    }

    @Test
    void accuracyAndChanceOfSamplesAndReferenceStandBeforeTheDistances() throws IOException {
        classifier(DrawnRectangles.SIZE);
        Session session = new Session();
        assertThat(evaluate(session, "--attributes", model.toString()))
                .as(session.err())
                .isZero();
        assertThat(session.out()).contains("caption accuracy", "accuracy of colour", "images, shuffled captions");
        EvaluationReport results = EvaluationReport.read(folder.resolve("out/results.json"));
        assertThat(results.settings()).containsKeys("attribute classifier", "attributes of samples");
        for (String way : List.of("images", "images, shuffled captions")) {
            assertThat(results.figure("samples", way, "caption accuracy")
                            .orElseThrow()
                            .samples())
                    .isEqualTo(12);
            assertThat(results.figure("reference", way, "accuracy of side")
                            .orElseThrow()
                            .samples())
                    .isEqualTo(18);
        }
        assertThat(Files.readString(folder.resolve("out/report.html"))).contains("Caption accuracy");
    }

    @Test
    void aReferenceWithoutATableIsLeftOut() throws IOException {
        classifier(DrawnRectangles.SIZE);
        Files.delete(reference.resolve("metadata.csv"));
        Session session = new Session();
        assertThat(evaluate(session, "--attributes", model.toString()))
                .as(session.err())
                .isZero();
        EvaluationReport results = EvaluationReport.read(folder.resolve("out/results.json"));
        assertThat(results.figure("samples", "images", "caption accuracy")).isPresent();
        assertThat(results.figure("reference", "images", "caption accuracy")).isEmpty();
    }

    @Test
    void whatDoesNotFitIsOneSentence() throws IOException {
        refused("tiny has none; name one that was trained with attribute-columns");
        classifier(16);
        refused("tells attributes of images of 16 x 16 pixels, but these have 8 x 8");
        classifier(DrawnRectangles.SIZE);
        Files.delete(samples.resolve("metadata.csv"));
        refused("has none; add one with the columns [file_name, colour, side]");
        assertThat(folder.resolve("out")).doesNotExist();

        Session drawn = new Session();
        assertThat(drawn.run(
                        "evaluate", "--samples", "8", "--attributes", model.toString(), "--out", folder.toString()))
                .isEqualTo(1);
        assertThat(drawn.err()).contains("--attributes goes with --samples-dir").hasLineCount(1);
        Session recipe = new Session();
        assertThat(recipe.run("evaluate", "r.yaml", "--attributes", model.toString(), "--out", folder.toString()))
                .isEqualTo(1);
        assertThat(recipe.err()).contains("a recipe says itself").hasLineCount(1);
    }

    private void refused(String reason) {
        Session session = new Session();
        assertThat(evaluate(session, "--attributes", model.toString())).isEqualTo(1);
        assertThat(session.err().lines().filter(line -> line.startsWith("oar: ")))
                .singleElement()
                .asString()
                .contains(reason);
    }

    private void classifier(int size) throws IOException {
        try (AttributeClassifier classifier = AttributeClassifier.initialise(
                new AttributeClassifierConfig(List.of(8), 4, 0),
                size,
                List.of(new Attribute("colour", DrawnRectangles.COLOURS), new Attribute("side", DrawnRectangles.SIDES)),
                1)) {
            AttributeFiles.write(model, classifier, torch.ScalarType.Float);
        }
    }

    private int evaluate(Session session, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "evaluate",
                "--samples-dir",
                samples.toString(),
                "--reference",
                reference.toString(),
                "--subsamples",
                "2",
                "--model",
                MODEL,
                "--out",
                folder.resolve("out").toString()));
        all.addAll(List.of(more));
        return session.run(all.toArray(String[]::new));
    }
}
