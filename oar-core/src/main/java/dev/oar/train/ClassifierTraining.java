package dev.oar.train;

import dev.oar.tensor.Weights;
import dev.oar.tuning.TrainingWork;
import java.util.Map;

/** What trainings of convolutional classifiers on images have in common: all but the images and the loss. */
abstract class ClassifierTraining implements TrainingTask {
    private final Weights weights;
    private final String network;
    private final String fingerprint;

    /**
     * A training of these weights.
     *
     * @param network the classifier's sizes, as text
     * @param fingerprint what the images and the classifier's shape depend on; a checkpoint is resumed only under the same
     */
    ClassifierTraining(Weights weights, String network, String fingerprint) {
        this.weights = weights;
        this.network = network;
        this.fingerprint = fingerprint;
    }

    @Override
    public final TrainingWork work() {
        return TrainingWork.CONVOLUTIONS;
    }

    @Override
    public final Weights weights() {
        return weights;
    }

    @Override
    public final String fingerprint() {
        return fingerprint;
    }

    @Override
    public final Map<String, String> settings() {
        return Map.of("network", network);
    }
}
