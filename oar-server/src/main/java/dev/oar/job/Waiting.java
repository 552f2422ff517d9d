package dev.oar.job;

/** A job of which something is in no batch yet. */
abstract sealed class Waiting permits WaitingImages, WaitingAlone {
    private final Job job;
    private final Work work;
    private int taken;

    Waiting(Job job, Work work) {
        this.job = job;
        this.work = work;
    }

    /** What is waiting of a job. */
    static Waiting of(Job job, Work work) {
        if (work instanceof Work.OfImage ofImage) {
            return new WaitingAlone(
                    job,
                    ofImage,
                    ofImage.firstIndex(),
                    ofImage.batchSize(),
                    (first, count) -> new EditBatch(job, ofImage, first, count));
        }
        Work.Images images = (Work.Images) work;
        if (images.drawing().enlargement().isEmpty()) {
            return new WaitingImages(job, images);
        }
        return new WaitingAlone(
                job,
                images,
                images.firstIndex().orElse(0),
                images.batchSize(),
                (first, count) -> new EnlargedBatch(job, images, first, count));
    }

    /** The job. */
    final Job job() {
        return job;
    }

    /** Bytes of the pictures that it holds. */
    final long heldBytes() {
        return work.heldBytes();
    }

    /** How many of its images are in batches. */
    final int taken() {
        return taken;
    }

    /** How many are in none. */
    final int left() {
        return work.count() - taken;
    }

    /** Notes that some more are in batches. */
    final void take(int count) {
        taken += count;
    }
}
