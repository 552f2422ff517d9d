package dev.oar.train;

import dev.oar.image.RgbImage;
import dev.oar.tensor.Weights;
import dev.oar.tuning.TrainingWork;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * What is trained: parameters, and their loss on the images of a step.
 *
 * <p>For exact resume, everything a task does must be a function of its weights, its {@link #stateToSave() state} and the step
 * number. LibTorch's default generator may be used by a task without replicas, and {@link dev.oar.tensor.Dropout} by all: the loop
 * seeds both anew for every step and share.
 */
public interface TrainingTask {
    /** The parameters, floating-point; the loop switches their gradients on and changes them in place. */
    Weights weights();

    /**
     * The mean loss over some samples of a step's batch; called in a scope of its own.
     *
     * @param step the number of steps done before, from 0
     * @param first which sample of the batch is the first, from 0
     * @param count how many samples, at least 1
     * @return a scalar that gradients can be taken of
     */
    Tensor loss(long step, int first, int count);

    /**
     * Begins to make ready in the background what {@link #loss} reads; the loop closes it when the steps end, however they do. Losses are the
     * same with and without.
     *
     * @param step the number of steps done before the one that comes first, from 0
     * @return empty if nothing is worth it, as where a batch is a few kilobytes of tokens
     */
    default Optional<TrainingInput> input(long step) {
        return Optional.empty();
    }

    /**
     * A task for another thread, with the same weights in memory and the same samples, whose gradients are its own. The loop then
     * cuts a micro-batch into shares that are worked on side by side, and adds their gradients up.
     *
     * @return the task, which the loop closes; empty if the loss of a micro-batch must be taken at once, because it is more than a mean
     *     over its samples or changes what the task remembers
     */
    default Optional<Replica> replica() {
        return Optional.empty();
    }

    /**
     * Whether several processes may each take their part of a batch: the loss is nothing but a mean over samples, and what the task remembers
     * besides its weights does not depend on which of them it has seen.
     */
    default boolean canBeSpread() {
        return false;
    }

    /** A task that shares the weights of another; closing it leaves those in place. */
    interface Replica extends TrainingTask, AutoCloseable {
        @Override
        void close();
    }

    /** What its passes mostly compute, by which an automatic precision is decided. */
    default TrainingWork work() {
        return TrainingWork.LINEAR_LAYERS;
    }

    /** Figures of the last {@link #loss} for the log, in a fixed order. */
    default Map<String, Double> lastMetrics() {
        return Map.of();
    }

    /**
     * Scales the gradients of a step down to a common Euclidean norm. A task that has weights of its own trained, beside those of
     * {@link #weights()} and on gradients of the same loss, does so with theirs, too.
     *
     * @param maximum the largest norm, {@link Double#POSITIVE_INFINITY} to leave the gradients as they are
     * @return the norm before scaling; infinite or NaN if any gradient is, in which case the step is skipped
     */
    default double clipGradients(double maximum) {
        return Gradients.clip(weights(), maximum);
    }

    /** Drops all gradients: of a step that is skipped, and at the end. */
    default void dropGradients() {
        Gradients.drop(weights());
    }

    /**
     * Pictures by name that show how far the training has come, for people to look at; they change nothing of it. Called now and then in a scope
     * of its own, without recording gradients.
     */
    default Map<String, RgbImage> pictures(TrainingView view) {
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

    /** A text that changes when data or network do, so that no checkpoint of another task is resumed. */
    default String fingerprint() {
        return "";
    }

    /**
     * What else must be as it was when a checkpoint is resumed, by names of one's own; checkpoints state it, and one that does not is of an
     * earlier version and is taken as it is.
     */
    default Map<String, String> settings() {
        return Map.of();
    }
}
