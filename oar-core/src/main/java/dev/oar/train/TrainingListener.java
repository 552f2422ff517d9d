package dev.oar.train;

import java.io.IOException;
import java.nio.file.Path;

/** Watches a training: logs, draws, measures. An exception of a listener stops the training. */
public interface TrainingListener {
    /**
     * The training begins or goes on.
     *
     * @param stepsDone the step of the checkpoint it goes on from, 0 if there is none
     */
    default void onStart(long stepsDone) throws IOException {}

    /** A step has been done and its weights stand, but may not have been saved. */
    default void onStep(StepReport report) throws IOException {}

    /**
     * A checkpoint has been saved.
     *
     * @param step steps done when it was saved
     * @param checkpoint its directory
     */
    default void onCheckpoint(long step, Path checkpoint) throws IOException {}

    /** The last step has been done and saved. */
    default void onFinish() throws IOException {}
}
