package dev.oar.train;

import dev.oar.tensor.Weights;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * What is trained: parameters, and their loss on the images of a step.
 *
 * <p>For exact resume, everything a task does must be a function of its weights, its {@link #stateToSave() state} and the step
 * number. LibTorch's default generator may be used: the loop seeds it anew before every step.
 */
public interface TrainingTask {
    /** The parameters, floating-point; the loop switches their gradients on and changes them in place. */
    Weights weights();

    /**
     * The mean loss over one micro-batch; called in a scope of its own.
     *
     * @param step the number of steps done before, from 0
     * @param microBatch which part of the step's batch, from 0
     * @return a scalar that gradients can be taken of
     */
    Tensor loss(long step, int microBatch);

    /** Figures of the last {@link #loss} for the log, in a fixed order. */
    default Map<String, Double> lastMetrics() {
        return Map.of();
    }

    /**
     * Called in a scope of its own when the optimizer has changed the weights, before the moving average takes them in.
     *
     * @param step the number of steps done before this one, from 0
     */
    default void afterStep(long step) {}

    /**
     * What must outlive an interruption besides the weights: tensors under group names of lower-case letters, digits and hyphens,
     * changed in place by the task and overwritten by the loop when it resumes.
     */
    default Map<String, Weights> stateToSave() {
        return Map.of();
    }

    /** A text that changes when data or network do, so that a checkpoint of another task is not gone on from. */
    default String fingerprint() {
        return "";
    }
}
