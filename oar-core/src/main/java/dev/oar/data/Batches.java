package dev.oar.data;

import dev.oar.config.Require;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;

/**
 * Images in batches of one shape. The last batch repeats its last image until it is full: what comes of an image, to the last bit, must not
 * depend on how many others there are.
 *
 * @param images how many images there are
 * @param size rows of every batch, at least 1
 */
public record Batches(int images, int size) implements Iterable<Batches.Batch> {
    /** Checks the ranges. */
    public Batches {
        Require.that(
                images >= 0 && size >= 1,
                "batches are of at least 0 images and have at least 1 row, but were given %s and %s",
                images,
                size);
    }

    /**
     * Images {@code first .. end - 1} in so many rows; rows behind the last image repeat it.
     *
     * @param first the first image
     * @param end behind the last image, above {@code first} and at most {@code rows} away
     * @param rows of the batch
     */
    public record Batch(int first, int end, int rows) {
        /** Checks the range. */
        public Batch {
            Require.that(
                    first >= 0 && end > first && end - first <= rows,
                    "a batch holds at least one image and at most one per row, but was given images %s to below %s in"
                            + " %s rows",
                    first,
                    end,
                    rows);
        }

        /** How many images there are; rows behind them only fill up. */
        public int count() {
            return end - first;
        }

        /** The image that stands in a row. */
        public int image(int row) {
            return Math.min(first + row, end - 1);
        }

        /** The image that stands in each row. */
        public int[] images() {
            return IntStream.range(0, rows).map(this::image).toArray();
        }
    }

    /** The number of batches. */
    public int count() {
        return (int) (((long) images + size - 1) / size);
    }

    /** A batch by its number, from 0. */
    public Batch get(int number) {
        int first = Math.multiplyExact(number, size);
        return new Batch(first, (int) Math.min(images, (long) first + size), size);
    }

    @Override
    public Iterator<Batch> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < count();
            }

            @Override
            public Batch next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("there are no more than " + count() + " batches");
                }
                return get(next++);
            }
        };
    }
}
