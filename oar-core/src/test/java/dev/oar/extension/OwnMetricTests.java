package dev.oar.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.config.RecipeReader;
import dev.oar.data.ImageSource;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FeatureSpace;
import dev.oar.evaluate.Metric;
import dev.oar.evaluate.PairedComparison;
import dev.oar.evaluate.SampleStatistic;
import dev.oar.evaluate.Subsampling;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureClassifierConfig;
import dev.oar.image.RgbImage;
import dev.oar.measure.ComparisonConfig;
import dev.oar.measure.FigureText;
import dev.oar.measure.ImageSetComparison;
import dev.oar.measure.MeasuredImages;
import dev.oar.order.CounterRandom;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A metric of sets of images is added from outside by one class: a {@link SampleStatistic}. */
@ExtendWith(NativeMemory.class)
class OwnMetricTests {
    private static final Subsampling SUBSAMPLING = new Subsampling(20, 3);

    /** How far apart the means of features lie. */
    private record MeanShift() implements SampleStatistic {
        @Override
        public List<Metric> metrics(FeatureSpace space) {
            return List.of(new Metric(space.caption("mean shift"), true, Metric.Kind.DISTANCE));
        }

        @Override
        public int leastFamilies() {
            return 1;
        }

        @Override
        public double[] of(FeatureSet reference, FeatureSet samples) {
            double[] real = mean(reference);
            double[] drawn = mean(samples);
            double squares = 0;
            for (int i = 0; i < real.length; i++) {
                squares += (real[i] - drawn[i]) * (real[i] - drawn[i]);
            }
            return new double[] {Math.sqrt(squares)};
        }

        private static double[] mean(FeatureSet set) {
            double[] weights = set.families().weights();
            double[] mean = new double[set.width()];
            for (int row = 0; row < set.count(); row++) {
                float[] features = set.row(row);
                for (int i = 0; i < mean.length; i++) {
                    mean[i] += weights[row] * features[i];
                }
            }
            return mean;
        }
    }

    @Test
    void itHasAnIntervalAndIsComparedBetweenModels() {
        FeatureSpace space = FeatureSpace.usual("own features", false).with(new MeanShift());
        FeatureSet reference = features(1, 0);
        FeatureSet near = features(2, 1);
        FeatureSet far = features(3, 3);
        EvaluationFigure figure =
                named(EvaluationFigure.ofSamples("near", "raster", space, reference, near, SUBSAMPLING, 1));
        assertThat(figure.value().point()).isCloseTo(new MeanShift().of(reference, near)[0], within(1e-12));
        assertThat(figure.value().bounded()).isTrue();
        assertThat(PairedComparison.ofSamples(
                        new PairedComparison.Pair("near", "far", "raster"),
                        space,
                        reference,
                        near,
                        far,
                        SUBSAMPLING,
                        1))
                .filteredOn(compared -> compared.metric().equals(figure.metric()))
                .singleElement()
                .extracting(PairedComparison::better)
                .isEqualTo("near");
    }

    @Test
    void setsOfImagesAreMeasuredByItAndItsFigureIsReadBack(@TempDir Path folder) throws IOException {
        try (FeatureClassifier network = FeatureClassifier.initialise(
                RecipeReader.parse(
                        "features.yaml",
                        "{channels: [8, 8], norm-groups: 4, rotations: false, dropout: 0, label-smoothing: 0}",
                        FeatureClassifierConfig.class),
                2,
                1)) {
            EvaluationReport report = new ImageSetComparison(
                            network,
                            new ComparisonConfig(4, 4, false, 1),
                            (activity, done, total) -> {},
                            new MeanShift())
                    .compare(images("samples", 128), images("reference", 0), Optional.empty());
            EvaluationFigure figure = named(report.figures());
            assertThat(figure.value().point()).isPositive();
            Path file = folder.resolve("results.json");
            report.write(file);
            assertThat(named(EvaluationReport.read(file).figures())).isEqualTo(figure);
            assertThat(FigureText.of(report)).contains("mean shift (own features)");
        }
    }

    private static EvaluationFigure named(List<EvaluationFigure> figures) {
        return figures.stream()
                .filter(figure -> figure.metric().name().equals("mean shift (own features)"))
                .findFirst()
                .orElseThrow();
    }

    private static FeatureSet features(long seed, double shift) {
        CounterRandom random = CounterRandom.of(seed, "features");
        float[] values = new float[60 * 4];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.uniform(i) + shift);
        }
        return FeatureSet.of(4, values);
    }

    private static MeasuredImages images(String label, int brightness) {
        List<RgbImage> images = new ArrayList<>();
        for (int image = 0; image < 12; image++) {
            CounterRandom random = CounterRandom.of(image, label);
            byte[] rgb = new byte[16 * 16 * 3];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (byte) (brightness + random.integer(128, i));
            }
            images.add(new RgbImage(16, 16, rgb));
        }
        return new MeasuredImages(label, label, ImageSource.of(images));
    }
}
