package dev.oar.pipeline;

import dev.oar.checkpoint.Safetensors;
import dev.oar.data.AttributeSplit;
import dev.oar.data.ImageFolder;
import dev.oar.data.ImageSource;
import dev.oar.evaluate.CaptionAccuracy;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.Metric;
import dev.oar.evaluate.ReconstructedImages;
import dev.oar.feature.AttributeClassifier;
import dev.oar.feature.AttributeFiles;
import dev.oar.tokenizer.ImageTokenizer;
import dev.oar.train.AttributeTraining;
import dev.oar.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Trains the attribute classifier on the training images. */
final class AttributesStage extends Stage {
    private final Recipe.AttributeSection section;

    AttributesStage(RunContext context, Recipe.AttributeSection section) {
        super(context, StageName.ATTRIBUTES, List.of());
        this.section = section;
    }

    @Override
    String settings() throws IOException {
        return StageTraining.settings(context(), section);
    }

    @Override
    String settingsButSteps() throws IOException {
        return StageTraining.settings(context(), section.with(section.training().butSteps()));
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        ImageFolder images = StageTraining.images(context());
        TrainingConfig training = section.training();
        try (AttributeClassifier classifier = AttributeClassifier.initialise(
                section.network(),
                recipe().data().imageSize(),
                images.attributes().attributes(),
                training.seed())) {
            AttributeTraining task = new AttributeTraining(
                    classifier, images, training, context().imagesFingerprint());
            StageTraining.train(this, training, task, Optional.empty(), directory, AttributeFiles.WEIGHTS);
        }
        if (images.testIndices().length == 0) {
            return Map.of();
        }
        return accuracies(directory);
    }

    /** What is found in the test images, overall and of each attribute, and a note of it. */
    private Map<String, String> accuracies(Path directory) throws IOException {
        Map<String, String> accuracies = new TreeMap<>();
        try (AttributeClassifier classifier = network(directory)) {
            for (EvaluationFigure figure : ofTestImages(classifier, this)) {
                if (figure.drawing().equals(CaptionAccuracy.REAL)) {
                    accuracies.put(
                            figure.metric().name(),
                            Double.toString(figure.value().point()));
                }
            }
        }
        Metric overall = CaptionAccuracy.OVERALL;
        context()
                .listener()
                .note("of the attributes of test images the classifier finds: "
                        + accuracies.entrySet().stream()
                                .map(entry -> (entry.getKey().equals(overall.name()) ? "overall" : entry.getKey())
                                        + String.format(
                                                Locale.ROOT, " %.1f %%", 100 * Double.parseDouble(entry.getValue())))
                                .collect(Collectors.joining(", ")));
        return accuracies;
    }

    @Override
    Map<String, Path> weights() throws IOException {
        return Map.of("attributes", file(AttributeFiles.WEIGHTS));
    }

    /** The trained classifier; close it after use. */
    AttributeClassifier network() throws IOException {
        return network(directory().path());
    }

    private AttributeClassifier network(Path directory) throws IOException {
        return new AttributeClassifier(
                section.network(),
                recipe().data().imageSize(),
                context().images().attributes().attributes(),
                Safetensors.weights(directory.resolve(AttributeFiles.WEIGHTS)));
    }

    /**
     * What a classifier finds in the test images that it never saw, and by chance.
     *
     * @param reporting the stage whose progress this is
     */
    List<EvaluationFigure> ofTestImages(AttributeClassifier classifier, Stage reporting) throws IOException {
        ImageFolder images = context().images();
        int[] test = AttributeSplit.of(images).test();
        CaptionAccuracy accuracy =
                new CaptionAccuracy(classifier, images.attributes().of(test));
        int[][] found = accuracy.found(
                ImageSource.of(images, test),
                recipe().evaluation().batchSize(),
                done -> reporting.progress("attributes of test images", done, test.length));
        return accuracy.figuresAndChance(
                CaptionAccuracy.TEST_IMAGES, CaptionAccuracy.REAL, found, images.familiesOf(test), recipe().seed());
    }

    /** What a classifier finds in the test images as the tokenizer gives them back: more no model over its tokens can show. */
    List<EvaluationFigure> ofReconstructions(AttributeClassifier classifier, ImageTokenizer tokenizer, Stage reporting)
            throws IOException {
        ImageFolder images = context().images();
        int[] test = AttributeSplit.of(images).test();
        int batchSize = recipe().evaluation().batchSize();
        CaptionAccuracy accuracy =
                new CaptionAccuracy(classifier, images.attributes().of(test));
        int[][] found = accuracy.found(
                new ReconstructedImages(tokenizer, ImageSource.of(images, test), batchSize),
                batchSize,
                done -> reporting.progress("attributes of reconstructed images", done, test.length));
        int[] places = IntStream.range(0, test.length).toArray();
        return accuracy.figures(
                CaptionAccuracy.TEST_IMAGES,
                CaptionAccuracy.RECONSTRUCTED,
                found,
                places,
                images.familiesOf(test),
                recipe().seed());
    }

    /** What images drawn from the captions of test images are asked for; places are those among the test images. */
    CaptionAccuracy captions(AttributeClassifier classifier) throws IOException {
        ImageFolder images = context().images();
        return new CaptionAccuracy(classifier, images.attributes().of(images.testIndices()));
    }
}
