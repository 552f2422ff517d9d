package dev.oar.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.artifact.ModelFolder;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureFiles;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.tensor.Device;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The bundled model measured by what it draws, as a user of the library does it. */
@ExtendWith(NativeMemory.class)
class ModelEvaluationTests {
    @TempDir
    private Path folder;

    @Test
    void aModelIsMeasuredByImagesThatAreDrawnOnce() throws IOException {
        ModelFolder model = ModelFolder.open(Path.of("../models/noto-emoji-64"));
        Drawing drawing = Drawing.of(new DrawingOrder.UniformRandom(2));
        ComparisonConfig config = new ComparisonConfig(16, 2, false, 1);
        List<String> drawn = new ArrayList<>();
        for (int count : new int[] {6, 8}) {
            try (ModelEvaluation evaluation = open(model, config, activity -> drawn.add(count + activity));
                    FeatureClassifier network = FeatureFiles.read(model.path())) {
                DrawnImages images = evaluation.draw(drawing, count, folder.resolve("samples"));
                MeasuredImages samples = new MeasuredImages(evaluation.label(), images.fingerprint(), images);
                EvaluationReport report = new ImageSetComparison(network, config, (activity, done, total) -> {})
                        .compare(samples, samples, Optional.empty());
                assertThat(report.figures())
                        .allMatch(figure -> figure.samples() == count)
                        .extracting(EvaluationFigure::arm)
                        .containsOnly("noto-emoji-64, " + model.defaultArm().label());
            }
        }
        assertThat(drawn.stream()
                        .filter(activity -> activity.equals("6drawing"))
                        .count())
                .as("a file is drawn whole, and holds more than were asked for at first")
                .isGreaterThan(drawn.stream()
                        .filter(activity -> activity.equals("8drawing"))
                        .count());
        try (ModelEvaluation other = open(model, new ComparisonConfig(16, 2, false, 2), activity -> {})) {
            assertThatThrownBy(() -> other.draw(drawing, 6, folder.resolve("samples")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("choose another folder");
        }
    }

    private static ModelEvaluation open(ModelFolder model, ComparisonConfig config, Consumer<String> heard)
            throws IOException {
        return new ModelEvaluation(
                model,
                model.defaultArm(),
                Device.CPU,
                ClassShares.equal(model.manifest().classes().size()),
                config,
                (activity, done, total) -> heard.accept(activity));
    }
}
