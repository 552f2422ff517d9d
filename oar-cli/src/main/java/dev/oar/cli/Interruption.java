package dev.oar.cli;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends work on Ctrl-C at a point where no tensor operation runs: the process must not take LibTorch down under a thread that is
 * computing. Work asks {@link #check()} now and then; if it does not get there in time, the process ends all the same, which costs
 * nothing that was saved.
 */
final class Interruption {
    private static final long PATIENCE_SECONDS = 10;

    private final CountDownLatch end = new CountDownLatch(1);
    private volatile boolean requested;

    private Interruption() {}

    /** Watches for the end of the process from outside. */
    static Interruption watch() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::request, "interruption"));
        return interruption;
    }

    /** One that never comes. */
    static Interruption none() {
        return new Interruption();
    }

    /**
     * Returns unless the process is to end.
     *
     * @throws CancellationException if it is
     */
    void check() {
        if (requested) {
            throw new CancellationException("interrupted");
        }
    }

    /** The work is over, one way or the other. */
    void finished() {
        end.countDown();
    }

    /** Asks the work to end and waits for it, but not for ever. */
    void request() {
        requested = true;
        try {
            var unused = end.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
