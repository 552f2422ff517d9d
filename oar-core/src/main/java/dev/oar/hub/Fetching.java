package dev.oar.hub;

import java.io.IOException;
import java.util.concurrent.CancellationException;

/** Fetching by threads whose interruption cancels all that they do. */
public final class Fetching {
    private Fetching() {}

    /** Something that an interruption of the thread ends. */
    @FunctionalInterface
    public interface Work<T> {
        /** Does it. */
        T run() throws IOException, InterruptedException;
    }

    /**
     * Does work.
     *
     * @throws CancellationException if the thread is interrupted meanwhile, which it then still is
     */
    public static <T> T cancellable(Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException cancelled = new CancellationException("interrupted");
            cancelled.initCause(e);
            throw cancelled;
        }
    }
}
