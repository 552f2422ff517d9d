package dev.oar.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.config.RecipeReader;
import dev.oar.data.ImageSource;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.GaussianStatistics;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.ReferenceStatistics;
import dev.oar.evaluate.UnlimitedFrechetDistance;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureClassifierConfig;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemory.class)
class ImageSetComparisonTests {
    private static final MeasurementListener SILENT = (activity, done, total) -> {};

    private FeatureClassifier network;

    @BeforeEach
    void open() {
        network = FeatureClassifier.initialise(
                RecipeReader.parse(
                        "features.yaml",
                        "{channels: [8, 8], norm-groups: 4, rotations: false, dropout: 0, label-smoothing: 0}",
                        FeatureClassifierConfig.class),
                2,
                1);
    }

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void aSetHasNoDistanceFromItselfAndOneFromAnother() throws IOException {
        MeasuredImages dark = images("dark", 40, 0);
        double same = point(compare(dark, images("again", 40, 0)), "FD (own features)");
        double other = point(compare(dark, images("bright", 40, 90)), "FD (own features)");
        assertThat(other).isPositive();
        assertThat(Math.abs(same)).isLessThan(1e-6 * other);
        assertThat(point(compare(dark, images("again", 40, 0)), "recall (own features)"))
                .isEqualTo(1);
    }

    @Test
    void equalInputsGiveEqualResults() throws IOException {
        EvaluationReport first = compare(images("dark", 20, 0), images("bright", 25, 60));
        assertThat(compare(images("dark", 20, 0), images("bright", 25, 60)).json())
                .isEqualTo(first.json());
        assertThat(first.settings())
                .containsEntry("sample count", "20")
                .containsEntry("reference count", "25")
                .containsEntry("feature network", network.fingerprint());
    }

    @Test
    void copiesOfTrainingImagesAreToldFromInventions() throws IOException {
        MeasuredImages reference = images("reference", 30, 7);
        MeasuredImages training = images("training", 30, 0);
        String metric = "share nearer to training than 1 % of test images (own features)";
        ImageSetComparison comparison = new ImageSetComparison(network, new ComparisonConfig(8, 4, false, 1), SILENT);
        assertThat(point(comparison.compare(images("copies", 30, 0), reference, Optional.of(training)), metric))
                .isEqualTo(1);
        assertThat(point(comparison.compare(images("inventions", 30, 3), reference, Optional.of(training)), metric))
                .isLessThan(0.5);
    }

    @Test
    void asManyTrainingImagesStandBesideTheSamples() throws IOException {
        ImageSetComparison comparison = new ImageSetComparison(network, new ComparisonConfig(8, 4, false, 1), SILENT);
        EvaluationReport report = comparison.compare(
                images("samples", 20, 3), images("reference", 30, 7), Optional.of(images("training", 50, 0)));
        assertThat(report.figures().stream().filter(figure -> figure.drawing().equals(RealSamples.WAY)))
                .hasSize(6)
                .allMatch(figure -> figure.samples() == 20);
    }

    @Test
    void tooFewImagesForTheFeaturesAreSaid() throws IOException {
        ImageSetComparison comparison = new ImageSetComparison(network, new ComparisonConfig(8, 4, false, 1), SILENT);
        var unused = comparison.compare(images("few", 6, 0), images("many", 60, 0), Optional.empty());
        assertThat(comparison.warnings())
                .singleElement()
                .asString()
                .contains("few has 6 for " + network.width())
                .contains("biased upwards");
    }

    @Test
    void aDistanceOfUnlimitedSamplesIsMeasuredOfEnoughAndRefusedOfFewer() throws IOException {
        ImageSetComparison comparison = new ImageSetComparison(network, new ComparisonConfig(8, 4, true, 1), SILENT);
        int enough = UnlimitedFrechetDistance.leastFamilies(network.width());
        MeasuredImages reference = images("reference", 30, 0);
        assertThat(comparison.compare(images("enough", enough, 0), reference, Optional.empty()).figures().stream()
                        .map(figure -> figure.metric().name()))
                .contains("FD-infinity (own features)");
        assertThatThrownBy(() -> comparison.compare(images("fewer", enough - 1, 0), reference, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("draw at least " + enough);
    }

    @Test
    void aSetOfOneImageIsRefusedOnEitherSideAndTwoAreMeasured() throws IOException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> compare(images("samples", 1, 0), images("reference", 9, 0)))
                .withMessage("a set of images is measured from 2 images on, but samples has 1; give it more images");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> compare(images("samples", 9, 0), images("reference", 1, 0)))
                .withMessageContaining("but reference has 1");
        assertThat(compare(images("samples", 2, 0), images("reference", 2, 5)).figures())
                .isNotEmpty();
    }

    @Test
    void aFigureWithoutAnIntervalSaysTheReasonThatHolds() throws IOException {
        FeatureSet features =
                FeatureExtraction.of(network, images("reference", 40, 5).images(), 8);
        ReferenceStatistics statistics = ReferenceStatistics.of(GaussianStatistics.of(features));
        EvaluationReport byStatistics = new ImageSetComparison(network, new ComparisonConfig(8, 4, false, 1), SILENT)
                .compare(images("samples", 40, 0), statistics, "of 40 images");
        assertThat(byStatistics.figures())
                .extracting(figure -> figure.value().missing())
                .containsExactly(Optional.of(Interval.Missing.REFERENCE_BY_STATISTICS));
        assertThat(compare(images("samples", 40, 0), images("reference", 40, 5)).figures())
                .allMatch(figure -> figure.value().bounded());
        assertThat(compare(images("samples", 3, 0), images("reference", 3, 5)).figures())
                .extracting(figure -> figure.value().missing())
                .containsOnly(Optional.of(Interval.Missing.TOO_FEW_IMAGES));
    }

    private EvaluationReport compare(MeasuredImages samples, MeasuredImages reference) throws IOException {
        return new ImageSetComparison(network, new ComparisonConfig(8, 4, false, 1), SILENT)
                .compare(samples, reference, Optional.empty());
    }

    private static double point(EvaluationReport report, String metric) {
        return report.figures().stream()
                .filter(figure -> figure.metric().name().equals(metric))
                .findFirst()
                .map(EvaluationFigure::value)
                .orElseThrow()
                .point();
    }

    /** Noise of 16 x 16 pixels around a brightness. */
    private static MeasuredImages images(String label, int count, int shift) {
        List<RgbImage> images = new ArrayList<>();
        for (int image = 0; image < count; image++) {
            CounterRandom random = CounterRandom.of(image, "pixels " + shift);
            byte[] rgb = new byte[16 * 16 * 3];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (byte) (shift + random.integer(100, i));
            }
            images.add(new RgbImage(16, 16, rgb));
        }
        return new MeasuredImages(label, label, ImageSource.of(images));
    }
}
