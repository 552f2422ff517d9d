package dev.oar.train;

import java.io.IOException;
import java.nio.file.Path;

/** Is told the progress of a training: logs, draws, measures. An exception of a listener stops the training. */
public interface TrainingListener {
    /**
     * The training begins or is resumed.
     *
     * @param stepsDone the step of the checkpoint that it resumes, 0 if there is none
     */
    default void onStart(long stepsDone) throws IOException {}

    /** Something is worth a line, such as a difference to how the training began. */
    default void onNote(String line) throws IOException {}

    /** The gradients of the step under way have been added up over several processes. */
    default void onSummed(SumTimes times) throws IOException {}

    /**
     * A step has been done and its weights stand, but may not have been saved.
     *
     * @param view the weights after the step
     */
    default void onStep(StepReport report, TrainingView view) throws IOException {}

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
