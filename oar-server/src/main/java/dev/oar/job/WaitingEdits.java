package dev.oar.job;

/** The results of an image that are in no batch yet; a batch is one that {@code oar inpaint} and its like would draw. */
final class WaitingEdits implements Waiting {
    private final Job job;
    private final Work.OfImage work;
    private int next;

    WaitingEdits(Job job, Work.OfImage work) {
        this.job = job;
        this.work = work;
    }

    @Override
    public Job job() {
        return job;
    }

    @Override
    public boolean none() {
        return next == work.count();
    }

    /** The next batch. */
    EditBatch take() {
        long first = work.firstIndex() + next;
        int room = work.batchSize() - Math.floorMod(first, work.batchSize());
        int count = Math.min(room, work.count() - next);
        next += count;
        return new EditBatch(job, work, first, count);
    }
}
