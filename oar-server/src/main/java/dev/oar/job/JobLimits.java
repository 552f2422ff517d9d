package dev.oar.job;

import dev.oar.config.Require;
import dev.oar.message.ModelDescription;
import dev.oar.order.TokenGrid;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What jobs may ask for.
 *
 * @param count images of a job
 * @param batchSize images drawn together
 * @param pixels pixels of an image that is given, and of one that is painted
 * @param bytes bytes of a request
 * @param seconds seconds that a job may be drawn for, from its first step on
 * @param waiting jobs that may wait for a model
 * @param waitingBytes bytes that the pictures of all jobs that wait may take, and those that the bodies of requests that are being answered
 *     may
 * @param kept jobs that have ended and whose results are kept
 * @param keptBytes bytes of their results
 */
public record JobLimits(
        int count,
        int batchSize,
        long pixels,
        long bytes,
        int seconds,
        int waiting,
        long waitingBytes,
        int kept,
        long keptBytes) {
    /** How many times as high and wide a grid may be: the time of an image rises with its fourth power. */
    static final int LARGEST_FACTOR = 4;

    /**
     * 64 images in batches of 16 at most, 4 million pixels, 32 MiB, ten minutes, 64 jobs that wait with 256 MiB, 200 that are kept with
     * 256 MiB.
     */
    public static final JobLimits DEFAULT =
            new JobLimits(64, 16, 4_194_304, 32 << 20, 600, 64, 256L << 20, 200, 256L << 20);

    /** Checks that each allows something. */
    public JobLimits {
        Require.that(
                count >= 1
                        && batchSize >= 1
                        && pixels >= 1
                        && bytes >= 1
                        && seconds >= 1
                        && waiting >= 1
                        && waitingBytes >= 1
                        && kept >= 1
                        && keptBytes >= 1,
                "every limit of a server is at least 1, but they are %s images, batches of %s, %s pixels, %s bytes, %s seconds, %s"
                        + " jobs that wait with %s bytes and %s kept with %s bytes; raise it",
                count,
                batchSize,
                pixels,
                bytes,
                seconds,
                waiting,
                waitingBytes,
                kept,
                keptBytes);
    }

    /** The same with room for so many jobs that wait. */
    public JobLimits withWaiting(int jobs) {
        return new JobLimits(count, batchSize, pixels, bytes, seconds, jobs, waitingBytes, kept, keptBytes);
    }

    /** The same with so many seconds for a job. */
    public JobLimits withSeconds(int most) {
        return new JobLimits(count, batchSize, pixels, bytes, most, waiting, waitingBytes, kept, keptBytes);
    }

    /** The same with so many bytes for those that wait. */
    public JobLimits withWaitingBytes(long most) {
        return new JobLimits(count, batchSize, pixels, bytes, seconds, waiting, most, kept, keptBytes);
    }

    /** Whether images may be drawn on a grid so many times as high and wide as a model's own, whose images have this side in pixels. */
    boolean allowsGrid(int factor, int imageSize) {
        long side = (long) factor * imageSize;
        return factor <= LARGEST_FACTOR && side * side <= pixels;
    }

    /** The larger grids than a model's own on which images may be drawn. */
    List<String> largerGrids(TokenGrid own, int imageSize) {
        return IntStream.rangeClosed(2, LARGEST_FACTOR)
                .filter(factor -> allowsGrid(factor, imageSize))
                .mapToObj(factor -> factor * own.height() + "x" + factor * own.width())
                .toList();
    }

    /** What clients are told of them. */
    public ModelDescription.Limits told() {
        return new ModelDescription.Limits(count, batchSize, pixels, bytes, seconds, waiting);
    }
}
