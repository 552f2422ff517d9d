package dev.oar.pipeline;

import dev.oar.checkpoint.Safetensors;
import dev.oar.data.ImageFolder;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureFiles;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tokenizer.PixelTensors;
import dev.oar.train.FeatureTraining;
import dev.oar.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Trains a feature network on the training images: that which images are measured by, or that of the tokenizer's loss. */
final class FeaturesStage extends Stage {
    static final String ACCURACY = "test accuracy";
    private static final int BATCH = 64;

    private final Recipe.FeatureSection section;

    private FeaturesStage(RunContext context, StageName name, Recipe.FeatureSection section) {
        super(context, name, List.of());
        this.section = section;
    }

    /** The network that images are measured by. */
    static FeaturesStage measuring(RunContext context) {
        return new FeaturesStage(context, StageName.FEATURES, context.recipe().features());
    }

    /** A network with the same settings and another seed, so that no tokenizer is trained to please the one that measures it. */
    static FeaturesStage ofTokenizerLoss(RunContext context) {
        Recipe.FeatureSection section = context.recipe().features();
        TrainingConfig training = section.training();
        long seed = CounterRandom.of(training.seed(), "perceptual features").bits(0);
        return new FeaturesStage(context, StageName.PERCEPTUAL_FEATURES, section.with(training.withSeed(seed)));
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
        try (FeatureClassifier classifier =
                FeatureClassifier.initialise(section.network(), images.classes().size(), training.seed())) {
            FeatureTraining task =
                    new FeatureTraining(classifier, images, training, context().imagesFingerprint());
            StageTraining.train(this, training, task, Optional.empty(), directory, FeatureFiles.WEIGHTS);
        }
        double accuracy = accuracy(directory);
        context()
                .listener()
                .note(String.format(
                        java.util.Locale.ROOT,
                        "the %s network tells %.0f %% of the test images' classes",
                        name() == StageName.FEATURES ? "feature" : "tokenizer loss's",
                        100 * accuracy));
        return Map.of(ACCURACY, Double.toString(accuracy));
    }

    @Override
    Map<String, Path> weights() throws IOException {
        return Map.of(name().label(), file(FeatureFiles.WEIGHTS));
    }

    /** The trained network; close it after use. */
    FeatureClassifier network() throws IOException {
        return network(directory().path());
    }

    private FeatureClassifier network(Path directory) throws IOException {
        return new FeatureClassifier(
                section.network(),
                context().images().classes().size(),
                Safetensors.weights(directory.resolve(FeatureFiles.WEIGHTS)));
    }

    private double accuracy(Path directory) throws IOException {
        ImageFolder images = context().images();
        int[] test = images.testIndices();
        double right = 0;
        try (FeatureClassifier classifier = network(directory)) {
            for (int from = 0; from < test.length; from += BATCH) {
                int size = Math.min(BATCH, test.length - from);
                List<RgbImage> batch = new ArrayList<>();
                long[] labels = new long[size];
                for (int i = 0; i < size; i++) {
                    batch.add(images.pixels(test[from + i]));
                    labels[i] = images.images().get(test[from + i]).classIndex();
                }
                right += size
                        * TensorScope.compute(() -> Tensors.withoutGradient(
                                () -> classifier.accuracy(PixelTensors.of(batch), Tensors.of(labels, size))));
            }
        }
        return test.length == 0 ? Double.NaN : right / test.length;
    }
}
