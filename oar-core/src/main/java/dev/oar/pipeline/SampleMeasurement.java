package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.data.Split;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.FeatureClassifier;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.ImageSource;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.Metric;
import dev.oar.evaluate.NearestNeighbours;
import dev.oar.evaluate.PairedComparison;
import dev.oar.evaluate.Subsampling;
import dev.oar.generate.Drawing;
import dev.oar.image.RgbImage;
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

    void measure(Path samples, List<ArmStage> arms, List<EvaluationFigure> figures, List<PairedComparison> comparisons)
            throws IOException {
        long seed = stage.recipe().seed();
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
                String name = arm.arm().label();
                FeatureSet set = features(ImageSource.of(images), "features of " + name + ", " + way);
                drawn.put(arm.arm(), set);
                figures.addAll(
                        EvaluationFigure.ofSamples(name, way, network.name(), reference, set, subsampling, seed));
                double share = NearestNeighbours.of(set, training).shareNearerThan(ofTest, QUANTILE);
                figures.add(
                        new EvaluationFigure(name, way, MEMORISED, Interval.unbounded(share, seed), set.count(), seed));
            }
            drawn.forEach((arm, set) -> {
                if (arm != Arm.SPECIALISED) {
                    comparisons.addAll(PairedComparison.ofSamples(
                            new PairedComparison.Pair(Arm.SPECIALISED.label(), arm.label(), way),
                            network.name(),
                            reference,
                            drawn.getOrDefault(Arm.SPECIALISED, set),
                            set,
                            subsampling,
                            seed));
                }
            });
        }
    }

    private FeatureSet features(ImageSource images, String activity) throws IOException {
        return FeatureExtraction.of(
                network,
                images,
                stage.recipe().evaluation().batchSize(),
                done -> stage.progress(activity, done, images.count()));
    }
}
