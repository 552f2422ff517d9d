package dev.oar.job;

/** Results that share no batch with those of others and are in none yet; a batch is one that the command line would draw. */
final class WaitingAlone extends Waiting {
    private final long firstIndex;
    private final int batchSize;
    private final Batches batches;

    /** Makes a batch. */
    @FunctionalInterface
    interface Batches {
        /** The batch of {@code count} results, from the index {@code first} on. */
        Batch of(long first, int count);
    }

    WaitingAlone(Job job, Work work, long firstIndex, int batchSize, Batches batches) {
        super(job, work);
        this.firstIndex = firstIndex;
        this.batchSize = batchSize;
        this.batches = batches;
    }

    /** The next batch. */
    Batch next() {
        long first = firstIndex + taken();
        int room = batchSize - Math.floorMod(first, batchSize);
        int count = Math.min(room, left());
        take(count);
        return batches.of(first, count);
    }
}
