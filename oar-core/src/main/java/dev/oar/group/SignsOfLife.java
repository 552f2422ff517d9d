package dev.oar.group;

import dev.oar.tensor.KeyStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Whether all ranks live. Each counts under {@code beat/RANK}; rank 0 watches the counters and puts the sentence on a rank that does not
 * count any more under {@code verdict}, where all others find it. With rank 0 the store is lost, unless another process keeps it: then all
 * others watch rank 0. A rank that fails and can still say so puts it there itself.
 */
final class SignsOfLife {
    /** The beginning of the keys that count who has come. */
    static final String JOINED = "joined/";

    private static final String VERDICT = "verdict";
    private static final String VERDICTS = "verdicts";
    private static final String DOUBT = "doubt";

    private final RankEnvironment environment;
    private final ReachedStore store;
    private final Patience patience;
    private final long[] counts;
    private final long[] heard;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable String verdict;
    private volatile boolean doubted;
    private volatile long answered = System.nanoTime();

    private SignsOfLife(RankEnvironment environment, ReachedStore store, Patience patience) {
        this.environment = environment;
        this.store = store;
        this.patience = patience;
        this.counts = new long[environment.worldSize()];
        this.heard = new long[environment.worldSize()];
        Arrays.fill(heard, System.nanoTime());
    }

    static SignsOfLife begin(RankEnvironment environment, ReachedStore store, Patience patience) {
        SignsOfLife signs = new SignsOfLife(environment, store, patience);
        store.repeat(signs::beat, patience.beat().toMillis());
        return signs;
    }

    /** On the thread that asks the store. */
    private void beat() {
        if (ended.get()) {
            return;
        }
        try {
            KeyStore keys = store.store();
            var unused = keys.add(beatOf(environment.rank()), 1);
            if (doubted) {
                doubted = false;
                unused = keys.add(DOUBT, 1);
            }
            if (verdict == null) {
                watch(keys);
            }
            Optional<String> found = keys.get(VERDICT);
            if (found.isPresent() && verdict == null) {
                verdict = found.get();
            }
            answered = System.nanoTime();
        } catch (RuntimeException e) {
            if (verdict == null) {
                verdict = store.lost();
            }
        }
    }

    /** Looks whether those that have joined and not left still count. */
    private void watch(KeyStore keys) {
        long now = System.nanoTime();
        Duration unheard = keys.add(DOUBT, 0) > 0 ? patience.unheardInDoubt() : patience.unheard();
        for (int rank = firstWatched(); rank < endOfWatched(); rank++) {
            long count = keys.add(beatOf(rank), 0);
            boolean away = keys.add(JOINED + rank, 0) == 0 || keys.add(leftOf(rank), 0) > 0;
            if (away || count != counts[rank]) {
                counts[rank] = count;
                heard[rank] = now;
            } else if (Duration.ofNanos(now - heard[rank]).compareTo(unheard) > 0) {
                decide(
                        keys,
                        ConnectedProcesses.lost(
                                rank,
                                environment.worldSize(),
                                "it has given no sign of life for " + unheard.toSeconds() + " seconds"));
                var unused = keys.add(leftOf(rank), 1);
                return;
            }
        }
    }

    private int firstWatched() {
        return environment.rank() == 0 ? 1 : 0;
    }

    private int endOfWatched() {
        if (environment.rank() == 0) {
            return environment.worldSize();
        }
        return environment.attempt().isPresent() ? 1 : 0;
    }

    /** The first verdict stands. */
    private static void decide(KeyStore keys, String sentence) {
        if (keys.add(VERDICTS, 1) == 1) {
            keys.set(VERDICT, sentence);
        }
    }

    private static String beatOf(int rank) {
        return "beat/" + rank;
    }

    private static String leftOf(int rank) {
        return "left/" + rank;
    }

    /**
     * Returns if no rank is known to be lost or to have failed.
     *
     * @throws IOException with the sentence on it, otherwise
     */
    void requireAll() throws IOException {
        String known = verdict;
        if (known == null && Duration.ofNanos(System.nanoTime() - answered).compareTo(patience.unheard()) > 0) {
            known = store.lost("it has not answered for " + patience.unheard().toSeconds() + " seconds");
            verdict = known;
        }
        if (known != null) {
            throw new IOException(known);
        }
    }

    /** Whether a rank is known to be lost or to have failed. */
    boolean failed() {
        return verdict != null;
    }

    /** A connection has broken: whoever does not count soon is lost. */
    void doubt() {
        doubted = true;
    }

    /** Tells all that this rank ends, and why. */
    void fail(String reason) {
        if (verdict != null) {
            return;
        }
        String sentence = "rank " + environment.rank() + " of " + environment.worldSize() + " has failed: " + reason;
        verdict = sentence;
        try {
            store.ask(
                    keys -> {
                        decide(keys, sentence);
                        return true;
                    },
                    () -> requireWithin(System.nanoTime()));
        } catch (IOException e) {
            // Rank 0 is gone, which the others see for themselves.
            verdict = sentence;
        }
    }

    private void requireWithin(long now) throws IOException {
        if (Duration.ofNanos(now - answered).compareTo(patience.unheard()) > 0) {
            throw new IOException("rank 0 does not answer");
        }
    }

    /** Says farewell; rank 0, with whom the store ends, waits for the others to do so, but not for ever. */
    void end() {
        try {
            store.ask(keys -> keys.add(leftOf(environment.rank()), 1), () -> requireWithin(System.nanoTime()));
            long began = System.nanoTime();
            while (environment.rank() == 0
                    && Duration.ofNanos(System.nanoTime() - began).compareTo(patience.toLeave()) < 0
                    && !store.ask(this::allHaveLeft, () -> requireWithin(System.nanoTime()))) {
                LockSupport.parkNanos(patience.beat().toNanos() / 10);
            }
        } catch (IOException e) {
            // Who is gone needs no farewell.
            verdict = verdict == null ? e.getMessage() : verdict;
        } finally {
            ended.set(true);
        }
    }

    private boolean allHaveLeft(KeyStore keys) {
        for (int rank = 1; rank < environment.worldSize(); rank++) {
            if (keys.add(JOINED + rank, 0) > 0 && keys.add(leftOf(rank), 0) == 0) {
                return false;
            }
        }
        return true;
    }
}
