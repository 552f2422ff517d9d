package dev.oar.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/**
 * Threads that work side by side, each with tensor operations on itself alone.
 *
 * <p>Independent pieces of work, such as batches or the parts of a batch, use CPU cores better side by side than one piece whose every
 * operation is spread over all of them: nothing waits for anything before a piece is done
 * (docs/decisions/0010-work-side-by-side.md). What a piece computes does not depend on how many workers there are.
 */
public final class Workers implements AutoCloseable {
    private final int count;
    private final ExecutorService threads;

    /** As many workers as a tensor operation would have threads ({@link LibTorch#threads()}). */
    public Workers() {
        this(LibTorch.threads());
    }

    /** As many workers as a device has use for: on the CPU one per thread, on a GPU one, since it spreads operations itself. */
    public static Workers on(Device device) {
        return new Workers(device.isHost() ? LibTorch.threads() : 1);
    }

    /**
     * This many workers.
     *
     * @throws IllegalArgumentException if that is not positive
     */
    public Workers(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("work needs at least one worker, but there are to be " + count);
        }
        LibTorch.load();
        this.count = count;
        this.threads = Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(
                    () -> {
                        LibTorch.useOneThreadHere();
                        task.run();
                    },
                    "tensor worker");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The number of pieces that are worked on at the same time. */
    public int count() {
        return count;
    }

    /**
     * Does pieces {@code 0 .. pieces - 1} and waits for all of them. Arrays, records and images may leave a piece, and tensors that an
     * owner holds; scopes end with it. The device in force is the caller's.
     *
     * @return what they gave, in their order
     * @throws RuntimeException of the first piece that failed, when all have ended
     */
    public <T> List<T> run(int pieces, IntFunction<T> piece) {
        Device device = Device.inForce();
        List<Future<T>> running = new ArrayList<>(pieces);
        for (int i = 0; i < pieces; i++) {
            int number = i;
            running.add(threads.submit(() -> device.compute(() -> piece.apply(number))));
        }
        List<T> results = new ArrayList<>(pieces);
        RuntimeException failure = null;
        boolean interrupted = false;
        for (Future<T> result : running) {
            while (true) {
                try {
                    results.add(result.get());
                    break;
                } catch (InterruptedException e) {
                    // Native code does not stop halfway; the caller learns of it when the pieces are done.
                    interrupted = true;
                } catch (ExecutionException e) {
                    failure = failure == null ? asRuntimeException(e) : failure;
                    break;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
        return results;
    }

    private static RuntimeException asRuntimeException(ExecutionException failed) {
        Throwable cause = failed.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException known ? known : new IllegalStateException(failed);
    }

    /** Lets the threads end. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
