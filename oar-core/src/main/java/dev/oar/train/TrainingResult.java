package dev.oar.train;

import dev.oar.tensor.Weights;
import java.nio.file.Path;

/**
 * What a training leaves: the weights to use from now on. Owns them; close it when they have been used or saved.
 *
 * @param steps steps done
 * @param weights a copy of the moving average where there is one, of the trained weights otherwise
 * @param averaged whether the weights are the moving average
 * @param checkpoint the directory of the last checkpoint
 */
public record TrainingResult(long steps, Weights weights, boolean averaged, Path checkpoint) implements AutoCloseable {
    /** Frees the weights. */
    @Override
    public void close() {
        weights.close();
    }
}
