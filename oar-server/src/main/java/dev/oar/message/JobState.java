package dev.oar.message;

/** Where a job is; the last three are for good. */
public enum JobState {
    /** It waits. */
    QUEUED,
    /** It is being drawn. */
    RUNNING,
    /** All images are done. */
    DONE,
    /** It was given up. */
    FAILED,
    /** It was cancelled. */
    CANCELLED;

    /** Whether it stays so. */
    public boolean ended() {
        return compareTo(DONE) >= 0;
    }
}
