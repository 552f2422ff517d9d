package dev.oar.train;

import dev.oar.data.ImageFolder;
import dev.oar.feature.FeatureClassifier;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.Tensors;
import dev.oar.tokenizer.PixelTensors;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** Teaches the feature network to tell the classes of the training images. */
public final class FeatureTraining extends ClassifierTraining {
    private final FeatureClassifier classifier;
    private final TrainingPictures pictures;

    /**
     * A training on the images of the training split.
     *
     * @param fingerprint what the images and the classifier's shape depend on; a checkpoint is resumed only under the same
     */
    public FeatureTraining(
            FeatureClassifier classifier, ImageFolder images, TrainingConfig config, String fingerprint) {
        super(classifier.weights(), classifier.config().toString(), fingerprint);
        this.classifier = classifier;
        CounterRandom flips = CounterRandom.of(config.seed(), "flips");
        this.pictures = new TrainingPictures(images, config, draw -> flips.uniform(draw) < 0.5);
    }

    @Override
    public Optional<TrainingInput> input(long step) {
        return Optional.of(pictures.readAhead(step));
    }

    @Override
    public Tensor loss(long step, int first, int count) {
        TrainingPictures.Batch batch = pictures.batch(step, first, count);
        return classifier.loss(PixelTensors.of(batch.pictures()), Tensors.of(batch.classes(), count), true);
    }
}
