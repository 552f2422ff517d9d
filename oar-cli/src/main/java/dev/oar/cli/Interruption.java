package dev.oar.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends work on Ctrl-C at a point where no tensor operation runs: the process must not take LibTorch down under a thread that is
 * computing. Work asks {@link #check()} now and then; if it does not get there in time, the process is killed, which costs
 * nothing that was saved. An ordinary exit would free LibTorch's global state under the thread that uses it, and crash.
 */
final class Interruption {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CountDownLatch end = new CountDownLatch(1);
    private final Duration patience;
    private volatile boolean requested;

    private Interruption(Duration patience) {
        this.patience = patience;
    }

    /** Watches for the end of the process from outside. */
    static Interruption watch(Terminal terminal) {
        return watch(terminal, PATIENCE);
    }

    /** As {@link #watch(Terminal)}, for work that gets this long to end. */
    static Interruption watch(Terminal terminal, Duration patience) {
        Interruption interruption = new Interruption(patience);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            if (!interruption.request()) {
                                terminal.err()
                                        .println(
                                                "oar: interrupted in the middle of a long operation; finished work is kept,"
                                                        + " and the same command resumes from there");
                                terminal.err().flush();
                                kill();
                            }
                        },
                        "interruption"));
        return interruption;
    }

    /** Java can kill any process but its own; where there is no shell to do it, the process ends in the ordinary way. */
    private static void kill() {
        try {
            new ProcessBuilder(
                            "sh", "-c", "kill -KILL " + ProcessHandle.current().pid())
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One that never comes. */
    static Interruption none() {
        return new Interruption(PATIENCE);
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

    /** Asks the work to end and waits for it, but not for ever; returns whether it has ended. */
    boolean request() {
        requested = true;
        try {
            return end.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
