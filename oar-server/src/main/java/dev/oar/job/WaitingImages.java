package dev.oar.job;

import dev.oar.generate.ImageRequest;
import java.util.NavigableMap;

/**
 * The images of a job that stand in no batch yet. An image of a given index stands in the row {@code index mod batch size}, which is where
 * {@code oar generate} draws it: at equal batch size and in the same row, an image is the same to the byte. Where the client left seed and
 * index to the server, an image takes any row that is free, and an index that belongs there.
 */
final class WaitingImages extends Waiting {
    private final Work.Images work;
    private final Work.Shape shape;
    private long nextIndex;

    WaitingImages(Job job, Work.Images work) {
        super(job, work);
        this.work = work;
        this.shape = work.shape(request(0).shared());
        this.nextIndex = work.firstIndex().orElse(0);
    }

    /** What images of one batch have in common. */
    Work.Shape shape() {
        return shape;
    }

    /** Puts as many images as there is room for into the free rows of a batch, and of given indices those of one batch alone. */
    void placeIn(NavigableMap<Integer, Placed> rows) {
        long block = Math.floorDiv(nextIndex, work.batchSize());
        for (int row = 0; row < work.batchSize() && left() > 0; row++) {
            if (rows.containsKey(row)) {
                continue;
            }
            if (work.firstIndex().isEmpty()) {
                long index = nextIndex + Math.floorMod(row - nextIndex, (long) work.batchSize());
                place(rows, row, index);
            } else if (Math.floorMod(nextIndex, (long) work.batchSize()) == row
                    && Math.floorDiv(nextIndex, work.batchSize()) == block) {
                place(rows, row, nextIndex);
            }
        }
    }

    private void place(NavigableMap<Integer, Placed> rows, int row, long index) {
        rows.put(row, new Placed(job(), work, taken(), request(index)));
        take(1);
        nextIndex = index + 1;
    }

    private ImageRequest request(long index) {
        return new ImageRequest(work.condition(), work.seed(), index, work.drawing());
    }
}
