package dev.oar.group;

import dev.oar.tensor.KeyStore;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * The store that rank 0 or torchrun's agent keeps, as one rank reaches it: one thread asks it everything, so that a call to a machine that has fallen silent
 * holds nobody up.
 */
final class ReachedStore {
    private static final long MILLISECONDS_PER_LOOK = 20;
    private static final int MILLISECONDS_PER_TRY = 2000;
    private static final long PAUSE = 100_000_000;

    private final RankEnvironment environment;
    private final ScheduledExecutorService thread;
    private final KeyStore store;

    private ReachedStore(RankEnvironment environment, ScheduledExecutorService thread, KeyStore store) {
        this.environment = environment;
        this.thread = thread;
        this.store = store;
    }

    /** What is waited with. */
    @FunctionalInterface
    interface Check {
        /** Returns unless there is a reason to wait no longer. */
        void run() throws IOException;
    }

    /**
     * Keeps the store, if that is this rank's part, or reaches it.
     *
     * @throws IllegalArgumentException if the port is taken
     * @throws IOException if its keeper cannot be reached
     */
    static ReachedStore open(RankEnvironment environment, Patience patience, Check check) throws IOException {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "process group");
            made.setDaemon(true);
            return made;
        });
        boolean reached = false;
        try {
            // Asked first, since LibTorch tells of its failures at length on the error stream.
            if (environment.keepsStore()) {
                requireFree(environment);
            } else {
                awaitKeeper(environment, patience, check);
            }
            Future<KeyStore> opened = thread.submit(() -> opened(environment, patience));
            long most = patience.toCome().toMillis();
            ReachedStore store = new ReachedStore(environment, thread, result(opened, check, most));
            reached = true;
            return store;
        } catch (ExecutionException | TimeoutException e) {
            if (environment.keepsStore()) {
                throw notKept(environment, e);
            }
            throw notReached(environment, patience, e);
        } finally {
            if (!reached) {
                thread.shutdown();
            }
        }
    }

    private static KeyStore opened(RankEnvironment environment, Patience patience) {
        KeyStore store = KeyStore.open(
                environment.masterAddress(), environment.masterPort(), environment.keepsStore(), patience.toCome());
        if (environment.attempt().isEmpty()) {
            return store;
        }
        // The agent has keys of its own there, and those of earlier attempts may be left.
        KeyStore own = store.under("oar/" + environment.attempt().getAsInt());
        store.close();
        return own;
    }

    private static void requireFree(RankEnvironment environment) {
        try (ServerSocket ours = new ServerSocket()) {
            // A training that has just ended leaves connections behind that do not count.
            ours.setReuseAddress(true);
            ours.bind(new InetSocketAddress(environment.masterPort()));
        } catch (IOException e) {
            throw notKept(environment, e);
        }
    }

    private static IllegalArgumentException notKept(RankEnvironment environment, Exception cause) {
        return new IllegalArgumentException(
                "rank 0 must be able to listen at MASTER_PORT " + environment.masterPort() + ", but it cannot: another"
                        + " process does, perhaps of a training that is still ending or a rank 0 started twice, or the"
                        + " port is kept for administrators; end that one, or set another MASTER_PORT on every rank",
                cause);
    }

    private static void awaitKeeper(RankEnvironment environment, Patience patience, Check check) throws IOException {
        long began = System.nanoTime();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(environment.masterAddress(), environment.masterPort()),
                        MILLISECONDS_PER_TRY);
                return;
            } catch (IOException e) {
                if (Duration.ofNanos(System.nanoTime() - began).compareTo(patience.toCome()) > 0) {
                    throw notReached(environment, patience, e);
                }
            }
            check.run();
            LockSupport.parkNanos(PAUSE);
        }
    }

    private static IOException notReached(RankEnvironment environment, Patience patience, Exception cause) {
        boolean agent = environment.attempt().isPresent();
        return new IOException(
                environment + " must reach " + (agent ? "the store of torchrun's agent" : "rank 0") + " at "
                        + environment.masterAddress() + " port " + environment.masterPort()
                        + ", but nobody has answered there within "
                        + patience.toCome().toSeconds() + " seconds; check that "
                        + (agent ? "the agent" : "rank 0")
                        + " runs, MASTER_ADDR and MASTER_PORT, and that no firewall lies between",
                cause);
    }

    /**
     * Asks the store something.
     *
     * @throws IOException if its keeper is gone
     */
    <T> T ask(Function<KeyStore, T> question, Check check) throws IOException {
        try {
            return result(thread.submit(() -> question.apply(store)), check, Long.MAX_VALUE);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(lost(), e);
        }
    }

    /** The sentence on the store's keeper when the store is gone. */
    String lost() {
        return lost("its connections have broken");
    }

    /** As the other form, with what is known of the keeper. */
    String lost(String how) {
        return environment.attempt().isPresent()
                ? "the store of torchrun's agent at " + environment.masterAddress() + " port "
                        + environment.masterPort()
                        + " was lost (" + how
                        + ") and all ranks have ended; start all ranks again with the same command,"
                        + " which resumes from the last checkpoint"
                : ConnectedProcesses.lost(0, environment.worldSize(), how);
    }

    /** Does something again and again, on the thread that asks. */
    void repeat(Runnable task, long milliseconds) {
        var unused = thread.scheduleWithFixedDelay(task, 0, milliseconds, TimeUnit.MILLISECONDS);
    }

    /** The store itself, for the thread that asks and for what is built on it. */
    KeyStore store() {
        return store;
    }

    private static <T> T result(Future<T> future, Check check, long milliseconds)
            throws IOException, ExecutionException, TimeoutException {
        long began = System.nanoTime();
        while (true) {
            try {
                return future.get(MILLISECONDS_PER_LOOK, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) > milliseconds) {
                    throw e;
                }
                check.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("waiting for other ranks was interrupted; run again to go on", e);
            }
        }
    }

    /** Works something out that may take long, on a thread of its own. */
    static <T> T beside(Callable<T> work, Check check, String failure) throws IOException {
        var result = new java.util.concurrent.FutureTask<>(work);
        Thread thread = new Thread(result, "process group connections");
        thread.setDaemon(true);
        thread.start();
        try {
            return result(result, check, Long.MAX_VALUE);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(failure, e);
        }
    }

    /** The address under which other machines that reach rank 0 can reach this one. */
    String ownAddress() {
        try (DatagramSocket socket = new DatagramSocket()) {
            // Nothing is sent: the system only tells which of its addresses it would send from.
            socket.connect(new InetSocketAddress(environment.masterAddress(), environment.masterPort()));
            InetAddress address = socket.getLocalAddress();
            return address.isAnyLocalAddress() ? environment.masterAddress() : address.getHostAddress();
        } catch (IOException | java.io.UncheckedIOException e) {
            return environment.masterAddress();
        }
    }

    /** Ends the thread, and the store if all is well. */
    void close(boolean orderly) {
        if (orderly) {
            var unused = thread.submit(store::close);
        }
        thread.shutdown();
        try {
            var unused = thread.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
