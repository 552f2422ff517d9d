package dev.oar.job;

import dev.oar.message.JobState;

/** Is told what a queue does, for those who count; on the thread that does it. */
public interface JobListener {
    /** Listens to nothing. */
    JobListener NONE = new JobListener() {};

    /** A job's first image was begun after it had waited. */
    default void started(String model, double waitedSeconds) {}

    /** A batch was drawn. */
    default void drew(String model, int images, double seconds) {}

    /** A job has ended. */
    default void ended(String model, JobState state) {}
}
