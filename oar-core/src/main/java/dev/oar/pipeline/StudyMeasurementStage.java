package dev.oar.pipeline;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeWriter;
import dev.oar.data.ImageSource;
import dev.oar.data.Split;
import dev.oar.evaluate.CaptionAccuracy;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FeatureSpace;
import dev.oar.evaluate.FrechetDistance;
import dev.oar.evaluate.Memorisation;
import dev.oar.evaluate.NearestTraining;
import dev.oar.evaluate.PrecisionRecall;
import dev.oar.evaluate.Subsampling;
import dev.oar.evaluate.TwoSampleTest;
import dev.oar.feature.AttributeClassifier;
import dev.oar.feature.AttributeFiles;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureFiles;
import dev.oar.generate.DrawingOrder;
import dev.oar.image.RgbImage;
import dev.oar.measure.DrawnSamples;
import dev.oar.study.StudyArm;
import dev.oar.study.StudyComparison;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Measures what an arm of a study has drawn: how near it is to test images, and whether it shows what was asked for. */
final class StudyMeasurementStage extends Stage {
    static final String RESULTS = "results.json";

    private final StudyArm arm;
    private final FirstStages first;
    private final StudyDrawingStage drawing;

    StudyMeasurementStage(RunContext context, StudyArm arm, FirstStages first, StudyDrawingStage drawing) {
        super(
                context,
                StageName.EVALUATION,
                Stream.concat(Stream.of(first.tokenizer(), first.features(), drawing), first.attributes().stream())
                        .toList());
        this.arm = arm;
        this.first = first;
        this.drawing = drawing;
    }

    @Override
    String settings() {
        return "an arm of a study, told from test images and from training images "
                + RecipeWriter.write(recipe().evaluation());
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        EvaluationSection section = recipe().evaluation();
        Subsampling subsampling = new Subsampling(section.subsamples(), recipe().seed());
        EvaluationReport codeLengths = drawing.codeLengths();
        List<EvaluationFigure> figures = new ArrayList<>(codeLengths.figures());
        try (ImageTokenizer network = first.tokenizer().tokenizer();
                FeatureClassifier classifier = first.features().network()) {
            FeatureSet reference = features(classifier, "test images", context().source(Split.TEST));
            FeatureSet training =
                    features(classifier, "training images", context().source(Split.TRAIN));
            FeatureSpace space = space(classifier).with(Memorisation.of(training));
            for (DrawingOrder order : drawing.orders()) {
                String way = order.label();
                FeatureSet drawn = features(classifier, way, images(network, way));
                figures.addAll(EvaluationFigure.ofSamples(
                        arm.name(), way, space, reference, drawn, subsampling, recipe().seed()));
                figures.add(NearestTraining.figure(arm.name(), way, space, drawn, training, recipe().seed()));
                toldApart(arm.name(), way, space, reference, drawn, recipe().seed()).stream()
                        .map(figure ->
                                StudyComparison.compares(arm, way, figure.metric()) ? figure : figure.withoutFamilies())
                        .forEach(figures::add);
            }
            figures.addAll(ofCaptions(network));
        }
        Map<String, String> settings = new TreeMap<>(codeLengths.settings());
        settings.putAll(settingsOfAll());
        new EvaluationReport(settings, figures, List.of()).write(directory.resolve(RESULTS));
        return Map.of();
    }

    /** Without the kernel distance, whose intervals take longer than all the rest, and which says of images what Frechet's does. */
    static FeatureSpace space(FeatureClassifier network) {
        return FeatureSpace.of(network).withOnly(new FrechetDistance(), new PrecisionRecall());
    }

    /** How well images are told from test images, if there are enough of them. */
    static List<EvaluationFigure> toldApart(
            String arm, String drawing, FeatureSpace space, FeatureSet reference, FeatureSet samples, long seed) {
        return TwoSampleTest.measures(reference, samples)
                ? TwoSampleTest.between(reference, samples, seed).figures(arm, drawing, space, seed)
                : List.of();
    }

    private FeatureSet features(FeatureClassifier network, String what, ImageSource images) throws IOException {
        return FeatureExtraction.of(
                network,
                images,
                recipe().evaluation().batchSize(),
                done -> progress("features of " + arm.name() + ", " + what, done, images.count()));
    }

    private ImageSource images(ImageTokenizer network, String way) throws IOException {
        return ImageSource.of(
                images(network, drawing.samples(way), recipe().evaluation().samples()));
    }

    /** The first of some samples as images. */
    List<RgbImage> images(ImageTokenizer network, DrawnSamples samples, int count) {
        return samples.images(network, count, recipe().evaluation().batchSize());
    }

    /** Whether what was drawn shows what its captions ask for. */
    private List<EvaluationFigure> ofCaptions(ImageTokenizer network) throws IOException {
        if (first.attributes().isEmpty() || !context().drawsFromCaptions()) {
            return List.of();
        }
        List<EvaluationFigure> figures = new ArrayList<>();
        int count = recipe().evaluation().samples();
        try (AttributeClassifier classifier = first.attributes().get().network()) {
            CaptionAccuracy accuracy = first.attributes().get().captions(classifier);
            for (DrawingOrder order : drawing.orders()) {
                String way = order.label();
                int[][] found = accuracy.found(
                        images(network, way),
                        recipe().evaluation().batchSize(),
                        done -> progress("attributes of " + arm.name() + ", " + way, done, count));
                figures.addAll(accuracy.figures(
                        arm.name(),
                        way,
                        found,
                        drawing.conditions().images(),
                        IntStream.range(0, count).toArray(),
                        recipe().seed()));
            }
        }
        return figures;
    }

    /** What was measured. */
    EvaluationReport results() throws IOException {
        return EvaluationReport.read(file(RESULTS));
    }

    /** What was drawn. */
    StudyDrawingStage drawing() {
        return drawing;
    }

    /** The tokenizer; close it after use. */
    ImageTokenizer tokenizer() throws IOException {
        return first.tokenizer().tokenizer();
    }

    /** What all arms under a seed have in common. */
    private Map<String, String> settingsOfAll() throws IOException {
        Map<String, String> settings = new TreeMap<>();
        settings.put("recipe", recipe().name());
        settings.put("seed", Long.toString(recipe().seed()));
        settings.put("samples", Integer.toString(recipe().evaluation().samples()));
        settings.put("images", context().imagesFingerprint());
        settings.put("tokenizer", Fingerprint.ofFile(first.tokenizer().weightsFile()));
        settings.put("features", Fingerprint.ofFile(first.features().file(FeatureFiles.WEIGHTS)));
        if (first.attributes().isPresent()) {
            settings.put(
                    "attributes", Fingerprint.ofFile(first.attributes().get().file(AttributeFiles.WEIGHTS)));
        }
        return settings;
    }
}
