package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.data.ImageSource;
import dev.oar.data.Split;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FeatureSpace;
import dev.oar.evaluate.Memorisation;
import dev.oar.evaluate.PairedComparison;
import dev.oar.evaluate.Subsampling;
import dev.oar.feature.FeatureClassifier;
import dev.oar.generate.Drawing;
import dev.oar.image.RgbImage;
import dev.oar.measure.DrawnSamples;
import dev.oar.measure.RealSamples;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Measures drawn images in the feature space of the data set's own network, against the images of the test split, and as many real training
 * images beside them.
 */
final class SampleMeasurement {
    /** A sample counts as memorised if it is nearer to a training image than the nearest hundredth of test images are. */
    private static final double MEMORISED = 0.01;

    private final Stage stage;
    private final ImageTokenizer tokenizer;
    private final FeatureClassifier network;
    private final Subsampling subsampling;
    private final FeatureSet reference;
    private final FeatureSet training;
    private final FeatureSpace space;

    SampleMeasurement(Stage stage, ImageTokenizer tokenizer, FeatureClassifier network, Subsampling subsampling)
            throws IOException {
        this.stage = stage;
        this.tokenizer = tokenizer;
        this.network = network;
        this.subsampling = subsampling;
        this.reference = features(stage.context().source(Split.TEST), "features of test images");
        this.training = features(stage.context().source(Split.TRAIN), "features of training images");
        this.space = FeatureSpace.of(network).with(new Memorisation(training, MEMORISED));
    }

    void measure(Path samples, List<ArmStage> arms, List<EvaluationFigure> figures, List<PairedComparison> comparisons)
            throws IOException {
        long seed = stage.recipe().seed();
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
                figures.addAll(EvaluationFigure.ofSamples(name, way, space, reference, set, subsampling, seed));
            }
            drawn.forEach((arm, set) -> {
                if (arm != Arm.SPECIALISED) {
                    comparisons.addAll(PairedComparison.ofSamples(
                            new PairedComparison.Pair(Arm.SPECIALISED.label(), arm.label(), way),
                            space,
                            reference,
                            drawn.getOrDefault(Arm.SPECIALISED, set),
                            set,
                            subsampling,
                            seed));
                }
            });
        }
        figures.addAll(RealSamples.figures(
                FeatureSpace.of(network),
                reference,
                training,
                stage.recipe().evaluation().samples(),
                subsampling,
                seed));
    }

    private FeatureSet features(ImageSource images, String activity) throws IOException {
        return FeatureExtraction.of(
                network,
                images,
                stage.recipe().evaluation().batchSize(),
                done -> stage.progress(activity, done, images.count()));
    }
}
