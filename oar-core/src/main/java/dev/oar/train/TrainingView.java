package dev.oar.train;

import dev.oar.tensor.Weights;
import java.util.Optional;

/**
 * The weights of a training as they stand after a step. They belong to the training and change with the next step: read or copy them,
 * and neither change nor close them.
 *
 * @param weights the trained weights
 * @param average their moving average, if the training keeps one
 */
public record TrainingView(Weights weights, Optional<Weights> average) {
    /** What the training would leave if it ended here: the moving average, or else the trained weights. */
    public Weights best() {
        return average.orElse(weights);
    }
}
