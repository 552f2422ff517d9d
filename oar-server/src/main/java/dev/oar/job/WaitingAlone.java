package dev.oar.job;

/** Results that share no batch with those of others and are in none yet; a batch is one that the command line would draw. */
final class WaitingAlone implements Waiting {
    private final Job job;
    private final Work work;
    private final long firstIndex;
    private final int batchSize;
    private final Batches batches;
    private int next;

    /** Makes a batch. */
    @FunctionalInterface
    interface Batches {
        /** The batch of {@code count} results, from the index {@code first} on. */
        Batch of(long first, int count);
    }

    WaitingAlone(Job job, Work work, long firstIndex, int batchSize, Batches batches) {
        this.job = job;
        this.work = work;
        this.firstIndex = firstIndex;
        this.batchSize = batchSize;
        this.batches = batches;
    }

    @Override
    public Job job() {
        return job;
    }

    @Override
    public boolean none() {
        return next == work.count();
    }

    @Override
    public long heldBytes() {
        return work.heldBytes();
    }

    /** The next batch. */
    Batch take() {
        long first = firstIndex + next;
        int room = batchSize - Math.floorMod(first, batchSize);
        int count = Math.min(room, work.count() - next);
        next += count;
        return batches.of(first, count);
    }
}
