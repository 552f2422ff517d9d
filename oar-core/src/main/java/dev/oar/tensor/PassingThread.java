package dev.oar.tensor;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A thread for tensor work that is done once, such as loading a model, where another thread is to do the lasting work.
 *
 * <p>GCC's OpenMP runtime keeps a team of threads for every thread that has spread an operation over several, as long as that one lives. As
 * soon as all teams have more threads than there are CPUs, nobody spins any more while waiting for the others of a team, and every
 * operation is a sleep and a call of the kernel. So of the threads of a process that stay, one alone should spread operations
 * ({@link Workers} spread none); what others have to do with tensors is done by a thread that passes, and its team with it.
 */
public final class PassingThread {
    private PassingThread() {}

    /** What is done. */
    @FunctionalInterface
    public interface Work<T> {
        /** Does it. */
        T get() throws IOException;
    }

    /**
     * Does work on a thread of its own, and waits until that thread has ended. The device in force is the caller's. Being interrupted
     * does not end it: native code does not stop halfway.
     *
     * @throws IOException what the work throws
     */
    public static <T> T call(Work<T> work) throws IOException {
        Device device = Device.inForce();
        FutureTask<T> task = new FutureTask<>(() -> {
            try (Device.Use ignored = device.use()) {
                return work.get();
            }
        });
        Thread thread = new Thread(task, "passing");
        thread.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    thread.join();
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw failure(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException failure(ExecutionException failed) throws IOException {
        Throwable cause = failed.getCause();
        if (cause instanceof IOException known) {
            throw known;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException known ? known : new IllegalStateException(failed);
    }
}
