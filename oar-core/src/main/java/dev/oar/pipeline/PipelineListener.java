package dev.oar.pipeline;

import java.time.Duration;

/** Is told the progress of a run; how that is shown is its own business. */
public interface PipelineListener {
    /**
     * A stage begins.
     *
     * @param number its number in this run, from 1
     * @param of the number of stages in this run
     */
    default void stageStarted(StageName stage, int number, int of) {}

    /** Something is under way. */
    default void progress(StageName stage, StageProgress progress) {}

    /**
     * A stage is complete.
     *
     * @param duration how long it took in this run; of a skipped one, how long it took when it was done, all attempts together
     * @param skipped whether it had been done before
     */
    default void stageFinished(StageName stage, Duration duration, boolean skipped) {}

    /** Something worth a line, such as a figure or a skipped file. */
    default void note(String line) {}
}
