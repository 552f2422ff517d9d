package dev.oar.pipeline;

import dev.oar.config.RecipeWriter;
import dev.oar.data.ImageSource;
import dev.oar.data.Split;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSet;
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
        return "real images in a study" + RecipeWriter.write(recipe().evaluation()) + recipe().seed();
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        EvaluationSection section = recipe().evaluation();
        List<EvaluationFigure> figures = new ArrayList<>();
        try (ImageTokenizer tokenizer = first.tokenizer().tokenizer();
                FeatureClassifier network = first.features().network()) {
            figures.addAll(RealSamples.figures(
                    StudyMeasurementStage.space(network),
                    features(network, Split.TEST),
                    features(network, Split.TRAIN),
                    section.samples(),
                    new Subsampling(section.subsamples(), recipe().seed()),
                    recipe().seed()));
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

    private FeatureSet features(FeatureClassifier network, Split split) throws IOException {
        ImageSource images = context().source(split);
        return FeatureExtraction.of(
                network,
                images,
                recipe().evaluation().batchSize(),
                done -> progress("features of " + split.label() + " images", done, images.count()));
    }

    /** What was measured. */
    EvaluationReport results() throws IOException {
        return EvaluationReport.read(file(StudyMeasurementStage.RESULTS));
    }
}
