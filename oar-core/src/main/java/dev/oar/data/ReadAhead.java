package dev.oar.data;

import dev.oar.image.RgbImage;
import dev.oar.tensor.LibTorch;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Makes numbered things ready in background threads before they are asked for, such as decoded pictures. What a number stands for is a
 * function of the number alone, so whoever takes them gets the same ones in the same order whatever the number of threads.
 *
 * <p>No more are ever ready or in the making than was said, so memory is bounded. What cannot be made is told to whoever takes it, by the same
 * exception as if it were made there and then. To be used by one thread at a time; close it, and no thread is left.
 */
public final class ReadAhead<T> implements AutoCloseable {
    /** The name of the threads. */
    public static final String THREAD = "read ahead";

    /** More threads would hold more whole pictures at a time. */
    private static final int MOST_THREADS = 8;

    private static final long BYTES = 64 << 20;

    private final int most;
    private final long end;
    private final Maker<T> maker;
    private final ExecutorService threads;
    private final Queue<Thread> started = new ConcurrentLinkedQueue<>();
    private final Deque<Future<T>> ahead = new ArrayDeque<>();
    private long next;
    private long waited;

    /** Makes what a number stands for. */
    @FunctionalInterface
    public interface Maker<T> {
        /** Makes it; called in several threads at once. */
        T make(long number) throws IOException;
    }

    /** As many threads for images as are left beside the one that waits, at least 1 and at most {@value #MOST_THREADS}. */
    public static int threads() {
        return Math.max(1, Math.min(MOST_THREADS, LibTorch.threads() - 1));
    }

    /**
     * How many images may be ready or in the making: as many as wanted, but no more than 64 MiB of them, and at least one for each thread.
     *
     * @param side height and width of the images in pixels
     */
    public static int most(int wanted, int side, int threads) {
        long fitting = BYTES / (3L * side * side);
        return (int) Math.max(threads, Math.min(wanted, fitting));
    }

    /**
     * Images of a data set one after the other; number {@code i} is the image of {@code indices[i]}.
     *
     * @param indices places in {@link ImageFolder#images()}
     * @param wanted how many are to be ready, at least 1
     */
    public static ReadAhead<RgbImage> of(ImageFolder images, int[] indices, int wanted) {
        int threads = threads();
        int most = most(wanted, images.config().imageSize(), threads);
        return new ReadAhead<>(threads, most, 0, indices.length, number -> images.pixels(indices[(int) number]));
    }

    /**
     * Begins with the first at once.
     *
     * @param threads how many are made at the same time, at least 1
     * @param most how many are ready or in the making, at least 1
     * @param first the number that will probably be taken first
     * @param end the number behind the last that may be taken
     * @throws IllegalArgumentException if a number is out of its range
     */
    public ReadAhead(int threads, int most, long first, long end, Maker<T> maker) {
        if (threads < 1 || most < 1 || first < 0) {
            throw new IllegalArgumentException(
                    "reading ahead needs at least 1 thread and 1 place, and counts from 0, but was given " + threads
                            + " threads, " + most + " places and the number " + first + "; correct them");
        }
        this.most = most;
        this.next = first;
        this.end = end;
        this.maker = maker;
        this.threads = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, THREAD);
            thread.setDaemon(true);
            started.add(thread);
            return thread;
        });
        fill();
    }

    /**
     * What a number stands for, waiting until it is made. Numbers are expected one after the other; those that are left out are not waited
     * for, and going back begins anew there.
     *
     * @throws IOException of the maker
     * @throws IllegalArgumentException if the number is not below the end
     */
    public T take(long number) throws IOException {
        if (number < 0 || number >= end) {
            throw new IllegalArgumentException(
                    "what is read ahead ends before " + end + ", but " + number + " was asked for");
        }
        moveTo(number);
        fill();
        Future<T> taken = ahead.remove();
        next++;
        long began = System.nanoTime();
        try {
            return result(taken);
        } finally {
            waited += System.nanoTime() - began;
            fill();
        }
    }

    /** How long {@link #take} has waited so far, in seconds. */
    public double waitedSeconds() {
        return waited * 1e-9;
    }

    private void moveTo(long number) {
        while (next < number && !ahead.isEmpty()) {
            ahead.remove().cancel(false);
            next++;
        }
        if (next != number) {
            drop();
            next = number;
        }
    }

    private void fill() {
        while (ahead.size() < most && next + ahead.size() < end) {
            long number = next + ahead.size();
            ahead.add(threads.submit(() -> maker.make(number)));
        }
    }

    private void drop() {
        ahead.forEach(future -> future.cancel(false));
        ahead.clear();
    }

    private static <T> T result(Future<T> taken) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return taken.get();
                } catch (InterruptedException e) {
                    // What is being made is soon ready; whoever interrupted is heeded where steps are counted.
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException rethrown(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException known) {
            throw known;
        }
        return cause instanceof IOException known ? known : new IOException(cause);
    }

    /** Makes no more, and returns when all threads have ended; one that is in the middle of something ends that first. */
    @Override
    public void close() {
        drop();
        // No thread is interrupted: a channel that is read by an interrupted thread is closed for all, a whole zip with
        // it.
        threads.shutdown();
        boolean interrupted = false;
        for (Thread thread : started) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
