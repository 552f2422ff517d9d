package dev.oar.train;

import dev.oar.data.FamilySampler;
import dev.oar.data.ImageFolder;
import dev.oar.feature.FeatureClassifier;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.tokenizer.PixelTensors;
import dev.oar.tuning.TrainingWork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Teaches the feature network to tell the classes of the training images. */
public final class FeatureTraining implements TrainingTask {
    private final FeatureClassifier classifier;
    private final ImageFolder images;
    private final TrainingConfig config;
    private final int[] indices;
    private final FamilySampler sampler;
    private final CounterRandom flips;
    private final String fingerprint;

    /**
     * A training on the images of the training split.
     *
     * @param fingerprint what the images and the classifier's shape depend on; a checkpoint goes on only under the same
     */
    public FeatureTraining(
            FeatureClassifier classifier, ImageFolder images, TrainingConfig config, String fingerprint) {
        this.classifier = classifier;
        this.images = images;
        this.config = config;
        this.indices = images.trainIndices();
        this.sampler = new FamilySampler(images.familiesOf(indices), config.seed());
        this.flips = CounterRandom.of(config.seed(), "flips");
        this.fingerprint = fingerprint;
    }

    @Override
    public TrainingWork work() {
        return TrainingWork.CONVOLUTIONS;
    }

    @Override
    public Weights weights() {
        return classifier.weights();
    }

    @Override
    public Tensor loss(long step, int first, int count) {
        long firstDraw = step * config.batchSize() + first;
        List<RgbImage> batch = new ArrayList<>();
        long[] labels = new long[count];
        for (int i = 0; i < count; i++) {
            int index = indices[sampler.image(firstDraw + i)];
            labels[i] = images.images().get(index).classIndex();
            RgbImage image = pixels(index);
            boolean flip = images.mayFlip((int) labels[i]) && flips.uniform(firstDraw + i) < 0.5;
            batch.add(flip ? image.mirrored() : image);
        }
        return classifier.loss(PixelTensors.of(batch), Tensors.of(labels, count), true);
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    private RgbImage pixels(int index) {
        try {
            return images.pixels(index);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
