package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.data.Split;
import dev.oar.evaluate.FeatureClassifier;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FrechetDistance;
import dev.oar.evaluate.ImageSource;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.KernelDistance;
import dev.oar.evaluate.Metric;
import dev.oar.evaluate.NearestNeighbours;
import dev.oar.evaluate.PrecisionRecall;
import dev.oar.evaluate.SampleStatistic;
import dev.oar.evaluate.Subsampling;
import dev.oar.generate.Drawing;
import dev.oar.image.RgbImage;
import dev.oar.pipeline.EvaluationResults.Compared;
import dev.oar.pipeline.EvaluationResults.Measured;
import dev.oar.tokenizer.VqTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Measures drawn images in the feature space of the data set's own network, against the images of the test split. */
final class SampleMeasurement {
    /** Share of samples nearer to a training image than the nearest hundredth of test images are. */
    static final Metric MEMORISED = new Metric("share nearer to training than 1 % of test images", true);

    private static final double QUANTILE = 0.01;

    private final Stage stage;
    private final VqTokenizer tokenizer;
    private final FeatureClassifier network;
    private final Subsampling subsampling;
    private final FeatureSet reference;
    private final FeatureSet training;

    SampleMeasurement(Stage stage, VqTokenizer tokenizer, FeatureClassifier network, Subsampling subsampling)
            throws IOException {
        this.stage = stage;
        this.tokenizer = tokenizer;
        this.network = network;
        this.subsampling = subsampling;
        this.reference = features(stage.context().source(Split.TEST), "features of test images");
        this.training = features(stage.context().source(Split.TRAIN), "features of training images");
    }

    void measure(Path samples, List<ArmStage> arms, List<Measured> figures, List<Compared> comparisons)
            throws IOException {
        NearestNeighbours ofTest = NearestNeighbours.of(reference, training);
        for (Drawing drawing : stage.recipe().evaluation().drawings()) {
            String way = drawing.order().label();
            Map<Arm, FeatureSet> drawn = new EnumMap<>(Arm.class);
            for (ArmStage arm : arms) {
                DrawnSamples stored = DrawnSamples.read(samples.resolve(DrawnSamples.fileName(arm.arm(), way)));
                List<RgbImage> images = stored.images(
                        tokenizer,
                        stored.tokens().length,
                        stage.recipe().evaluation().batchSize());
                FeatureSet set = features(
                        ImageSource.of(images), "features of " + arm.arm().label() + ", " + way);
                drawn.put(arm.arm(), set);
                measure(arm.arm(), way, set, figures);
                double share = NearestNeighbours.of(set, training).shareNearerThan(ofTest, QUANTILE);
                figures.add(Measured.of(
                        arm.arm().label(),
                        way,
                        MEMORISED,
                        Interval.unbounded(share, stage.recipe().seed()),
                        set.count()));
            }
            compare(way, drawn, comparisons);
        }
    }

    private void measure(Arm arm, String way, FeatureSet drawn, List<Measured> figures) {
        for (SampleStatistic statistic : List.of(new FrechetDistance(), new KernelDistance(), new PrecisionRecall())) {
            if (!measurable(statistic, drawn)) {
                continue;
            }
            List<Metric> metrics = statistic.metrics(network.name());
            List<Interval> intervals = subsampling.intervals(statistic, reference, drawn);
            for (int i = 0; i < metrics.size(); i++) {
                figures.add(Measured.of(arm.label(), way, metrics.get(i), intervals.get(i), drawn.count()));
            }
        }
    }

    private void compare(String way, Map<Arm, FeatureSet> drawn, List<Compared> comparisons) {
        FeatureSet specialised = drawn.get(Arm.SPECIALISED);
        for (Arm other : List.of(Arm.ANY_ORDER, Arm.CONTROL)) {
            FeatureSet others = drawn.get(other);
            if (specialised == null || others == null) {
                continue;
            }
            for (SampleStatistic statistic : List.of(new FrechetDistance(), new KernelDistance())) {
                if (!measurable(statistic, specialised)) {
                    continue;
                }
                List<Metric> metrics = statistic.metrics(network.name());
                List<Interval> differences = subsampling.differences(statistic, reference, specialised, others);
                for (int i = 0; i < metrics.size(); i++) {
                    comparisons.add(Compared.of(
                            Arm.SPECIALISED.label(), other.label(), way, metrics.get(i), differences.get(i)));
                }
            }
        }
    }

    private boolean measurable(SampleStatistic statistic, FeatureSet drawn) {
        int fewest = Math.min(reference.families().count(), drawn.families().count());
        if (fewest >= statistic.leastFamilies()) {
            return true;
        }
        stage.context()
                .listener()
                .note(statistic.metrics(network.name()).get(0).name() + " needs " + statistic.leastFamilies()
                        + " families of images on either side, but there are " + fewest + "; it is left out");
        return false;
    }

    private FeatureSet features(ImageSource images, String activity) throws IOException {
        return FeatureExtraction.of(
                network,
                images,
                stage.recipe().evaluation().batchSize(),
                done -> stage.progress(activity, done, images.count()));
    }
}
