package dev.oar.holes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.config.RecipeReader;
import dev.oar.data.ImageFolder;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureFiles;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.measure.HoleKind;
import dev.oar.measure.MeasuredModel;
import dev.oar.model.AnyOrderModel;
import dev.oar.pipeline.Recipe;
import dev.oar.tensor.WeightFormat;
import dev.oar.testing.NativeMemory;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemory.class)
class BundledHolesTests {
    private static final int IMAGES = 64;
    private static final double COVERAGE = 0.25;
    private static final Drawing GREEDY_ORDER = Drawing.of(
            new DrawingOrder.Dynamic(ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 0, 1));

    @Test
    void theBundledModelFillsHolesOfTestImagesBetterThanGuessesDo() throws IOException {
        ModelFolder folder = ModelFolder.open(Path.of("../models/noto-emoji-64"));
        Recipe recipe = RecipeReader.read(Path.of("../recipes/noto-emoji-64.yaml"), Recipe.class);
        EvaluationReport report;
        try (ImageFolder images = ImageFolder.open(
                        recipe.data(), Path.of("../recipes"), folder.manifest().classes());
                ImageTokenizer tokenizer = folder.tokenizer();
                FeatureClassifier network = FeatureFiles.read(folder.path());
                AnyOrderModel model = (AnyOrderModel) folder.transformer(Arm.SPECIALISED);
                AnyOrderModel packed = model.packed(WeightFormat.FLOAT32)) {
            report = new HoleQuality(
                            tokenizer,
                            network,
                            new HoleQualityConfig(IMAGES, 16, List.of(COVERAGE), GREEDY_ORDER, 10, 1),
                            (activity, done, total) -> {})
                    .measure(List.of(new MeasuredModel("model", "", packed, Optional.empty())), images)
                    .report();
        }
        for (HoleKind family : HoleKind.values()) {
            String hole = report.figures().stream()
                    .map(figure -> figure.drawing())
                    .filter(drawing -> drawing.startsWith(family.label()))
                    .findFirst()
                    .orElseThrow();
            for (String drawn : List.of("model", "model, most probable")) {
                assertThat(value(report, drawn, hole, "token accuracy in the hole"))
                        .as("%s, %s: accuracy against the unigram guess", drawn, hole)
                        .isGreaterThan(value(report, "unigram guess", hole, "token accuracy in the hole"));
                for (String error : List.of("squared error in the hole", "absolute error in the hole")) {
                    assertThat(value(report, drawn, hole, error))
                            .as("%s, %s: %s against the mean colour", drawn, hole, error)
                            .isLessThan(value(report, "mean colour", hole, error));
                }
            }
        }
    }

    private static double value(EvaluationReport report, String filling, String hole, String metric) {
        return report.figures().stream()
                .filter(figure -> figure.arm().equals(filling)
                        && figure.drawing().equals(hole)
                        && figure.metric().name().equals(metric))
                .findFirst()
                .orElseThrow()
                .value()
                .point();
    }
}
