package dev.oar.job;

/** A job of which something is in no batch yet. */
sealed interface Waiting permits WaitingImages, WaitingAlone {
    /** The job. */
    Job job();

    /** Whether all of it is in batches. */
    boolean none();

    /** Bytes of the pictures that it holds. */
    long heldBytes();

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
}
