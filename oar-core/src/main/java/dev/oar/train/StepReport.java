package dev.oar.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one step did.
 *
 * @param step the number of this step, from 1
 * @param steps the number of steps of the whole training
 * @param loss mean loss over the step's batch, before the weights changed; not finite if the step was skipped for it
 * @param learningRate the rate used
 * @param gradientNorm Euclidean norm of all gradients before clipping; not finite if the step was skipped
 * @param skipped how many steps have been skipped so far, this one included
 * @param metrics further figures of the task, in its order
 * @param heldOut figures of data that is not trained on, see {@link HeldOut}; empty after most steps
 * @param images images of the step's batch
 * @param seconds how long the step took
 * @param input time that was spent on the step's input while it went on; empty where nothing is made ready in the background
 */
public record StepReport(
        long step,
        long steps,
        double loss,
        double learningRate,
        double gradientNorm,
        long skipped,
        Map<String, Double> metrics,
        Map<String, Double> heldOut,
        int images,
        double seconds,
        Optional<TrainingInput.Times> input) {
    /** Copies the figures. */
    public StepReport {
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
        heldOut = Collections.unmodifiableMap(new LinkedHashMap<>(heldOut));
    }

    /**
     * Whether logs tell of the step: the first, the last, every so many, and those after which held-out data was measured.
     *
     * @param every steps between those that are told of, at least 1
     */
    boolean isLogged(long every) {
        return step % every == 0 || step == 1 || step == steps || !heldOut.isEmpty();
    }
}
