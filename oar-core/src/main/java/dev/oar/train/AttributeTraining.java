package dev.oar.train;

import dev.oar.data.AttributeSplit;
import dev.oar.data.ImageAttributes;
import dev.oar.data.ImageFolder;
import dev.oar.feature.AttributeClassifier;
import dev.oar.tensor.Tensors;
import dev.oar.tokenizer.PixelTensors;
import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * Teaches the attribute classifier to tell the attributes of images: those of the training split, and some that have held-out pairs
 * ({@link AttributeSplit}). None is flipped, since an attribute may be a side.
 */
public final class AttributeTraining extends ClassifierTraining {
    private final AttributeClassifier classifier;
    private final ImageAttributes attributes;
    private final TrainingPictures pictures;

    /**
     * A training on the images that {@link AttributeSplit} names.
     *
     * @param fingerprint what the images and the classifier's shape depend on; a checkpoint is resumed only under the same
     * @throws IllegalArgumentException if the classifier tells other attributes than the images have
     */
    public AttributeTraining(
            AttributeClassifier classifier, ImageFolder images, TrainingConfig config, String fingerprint) {
        super(classifier.weights(), classifier.config().toString(), fingerprint);
        this.classifier = classifier;
        this.attributes = images.attributes();
        if (!classifier.attributes().equals(attributes.attributes())) {
            throw new IllegalArgumentException("an attribute classifier is trained on images with its attributes, but"
                    + " they have others; make it of the images' attributes");
        }
        this.pictures = new TrainingPictures(images, AttributeSplit.of(images).train(), config, draw -> false);
    }

    @Override
    public Optional<TrainingInput> input(long step) {
        return Optional.of(pictures.readAhead(step));
    }

    @Override
    public Tensor loss(long step, int first, int count) {
        TrainingPictures.Batch batch = pictures.batch(step, first, count);
        int[][] values =
                Arrays.stream(batch.places()).mapToObj(attributes::valuesOf).toArray(int[][]::new);
        return classifier.loss(PixelTensors.of(batch.pictures()), Tensors.of(values), true);
    }
}
