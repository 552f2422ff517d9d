package dev.oar.pipeline;

import dev.oar.config.RecipeWriter;
import dev.oar.data.ImageSource;
import dev.oar.data.Split;
import dev.oar.evaluate.CaptionAccuracy;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FeatureSpace;
import dev.oar.evaluate.NearestTraining;
import dev.oar.evaluate.ReconstructedImages;
import dev.oar.evaluate.Subsampling;
import dev.oar.feature.AttributeClassifier;
import dev.oar.feature.FeatureClassifier;
import dev.oar.measure.RealSamples;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Measures what no arm of a study can be better than: as many real images, and test images as the tokenizer gives them back. */
final class StudyFloorStage extends Stage {
    private final FirstStages first;

    StudyFloorStage(RunContext context, FirstStages first) {
        super(
                context,
                StageName.EVALUATION,
                Stream.concat(Stream.of(first.tokenizer(), first.features()), first.attributes().stream())
                        .toList());
        this.first = first;
    }

    @Override
    String settings() {
        return "real images in a study, told from test images and from training images"
                + RecipeWriter.write(recipe().evaluation()) + recipe().seed();
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        List<EvaluationFigure> figures = new ArrayList<>();
        try (ImageTokenizer tokenizer = first.tokenizer().tokenizer();
                FeatureClassifier network = first.features().network()) {
            figures.addAll(ofFeatures(network, tokenizer));
            if (first.attributes().isPresent()) {
                AttributesStage attributes = first.attributes().get();
                try (AttributeClassifier classifier = attributes.network()) {
                    figures.addAll(attributes.ofTestImages(classifier, this));
                    figures.addAll(attributes.ofReconstructions(classifier, tokenizer, this));
                }
            }
        }
        new EvaluationReport(Map.of("recipe", recipe().name()), figures, List.of())
                .write(directory.resolve(StudyMeasurementStage.RESULTS));
        return Map.of();
    }

    /** Training images in the place of drawn ones, and test images: as they are, and as the tokenizer gives them back. */
    private List<EvaluationFigure> ofFeatures(FeatureClassifier network, ImageTokenizer tokenizer) throws IOException {
        EvaluationSection section = recipe().evaluation();
        long seed = recipe().seed();
        FeatureSpace space = StudyMeasurementStage.space(network);
        ImageSource testImages = context().source(Split.TEST);
        FeatureSet test = features(network, "test images", testImages);
        FeatureSet training = features(network, "training images", context().source(Split.TRAIN));
        FeatureSet chosen = RealSamples.chosen(training, section.samples(), seed);
        String label = RealSamples.label(chosen, section.samples());
        FeatureSet given = features(
                network, "reconstructed images", new ReconstructedImages(tokenizer, testImages, section.batchSize()));
        List<EvaluationFigure> figures = new ArrayList<>(EvaluationFigure.ofSamples(
                label, RealSamples.WAY, space, test, chosen, new Subsampling(section.subsamples(), seed), seed));
        Stream.of(
                        StudyMeasurementStage.toldApart(label, RealSamples.WAY, space, test, chosen, seed),
                        StudyMeasurementStage.toldApart(
                                CaptionAccuracy.TEST_IMAGES, CaptionAccuracy.RECONSTRUCTED, space, test, given, seed))
                .flatMap(List::stream)
                .map(EvaluationFigure::withoutFamilies)
                .forEach(figures::add);
        figures.add(
                NearestTraining.figure(CaptionAccuracy.TEST_IMAGES, CaptionAccuracy.REAL, space, test, training, seed));
        figures.add(NearestTraining.figure(
                CaptionAccuracy.TEST_IMAGES, CaptionAccuracy.RECONSTRUCTED, space, given, training, seed));
        return figures;
    }

    private FeatureSet features(FeatureClassifier network, String what, ImageSource images) throws IOException {
        return FeatureExtraction.of(
                network,
                images,
                recipe().evaluation().batchSize(),
                done -> progress("features of " + what, done, images.count()));
    }

    /** What was measured. */
    EvaluationReport results() throws IOException {
        return EvaluationReport.read(file(StudyMeasurementStage.RESULTS));
    }
}
