package dev.oar.job;

/** A job of which something is in no batch yet. */
sealed interface Waiting permits WaitingImages, WaitingEdits {
    /** The job. */
    Job job();

    /** Whether all of it is in batches. */
    boolean none();

    /** What is waiting of a job. */
    static Waiting of(Job job) {
        if (job.work() instanceof Work.Images images) {
            return new WaitingImages(job, images);
        }
        return new WaitingEdits(job, (Work.OfImage) job.work());
    }
}
