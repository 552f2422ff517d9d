package dev.oar.group;

import dev.oar.tensor.Collectives;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Processes that share a store and are connected with each other. Keys of the store: {@code joined/RANK} and {@code left/RANK} count who
 * comes and goes; what is said and who has come so far stands under the number of the call.
 */
final class ConnectedProcesses implements ProcessGroup {
    private static final String SIZE = "size";
    private static final String INTERFACE = "GLOO_SOCKET_IFNAME";
    private static final long FIRST_PAUSE = 1_000_000;
    private static final long LONGEST_PAUSE = 200_000_000;
    private static final long PAUSE_FOR_SUM = 50_000;
    private static final int LOOKS_PER_CHECK = 400;

    private final RankEnvironment environment;
    private final ReachedStore store;
    private final Patience patience;
    private final Runnable whileWaiting;
    private final SignsOfLife signs;
    private final Collectives collectives;
    private long calls;

    private ConnectedProcesses(
            RankEnvironment environment,
            ReachedStore store,
            Patience patience,
            Runnable whileWaiting,
            SignsOfLife signs,
            Collectives collectives) {
        this.environment = environment;
        this.store = store;
        this.patience = patience;
        this.whileWaiting = whileWaiting;
        this.signs = signs;
        this.collectives = collectives;
    }

    static ConnectedProcesses join(RankEnvironment environment, Patience patience, Runnable whileWaiting)
            throws IOException {
        ReachedStore store = ReachedStore.open(environment, patience, whileWaiting::run);
        @Nullable SignsOfLife signs = null;
        try {
            requireOnce(environment, store, patience, whileWaiting::run);
            signs = SignsOfLife.begin(environment, store, patience);
            SignsOfLife watched = signs;
            ReachedStore.Check check = () -> {
                whileWaiting.run();
                watched.requireAll();
            };
            requireAll(environment, store, patience, check);
            String address = store.ownAddress();
            String networkInterface =
                    Objects.requireNonNullElse(System.getenv(INTERFACE), "").strip();
            Collectives collectives = ReachedStore.beside(
                    () -> Collectives.gloo(
                            store.store(), environment.rank(), environment.worldSize(), address, networkInterface),
                    check,
                    environment + " must be reachable by the others, but a connection at "
                            + (networkInterface.isEmpty() ? address : "the interface " + networkInterface)
                            + " could not be made; set " + INTERFACE
                            + " to the network interface that they can reach, and check firewalls");
            return new ConnectedProcesses(environment, store, patience, whileWaiting, signs, collectives);
        } catch (IOException | RuntimeException e) {
            if (signs != null) {
                signs.fail(String.valueOf(e.getMessage()));
                signs.end();
            }
            store.close(false);
            throw e;
        }
    }

    private static void requireOnce(
            RankEnvironment environment, ReachedStore store, Patience patience, ReachedStore.Check check)
            throws IOException {
        String size = Integer.toString(environment.worldSize());
        if (environment.rank() == 0) {
            store.ask(
                    keys -> {
                        keys.set(SIZE, size);
                        return true;
                    },
                    check);
        }
        String first = sizeOfFirst(environment, store, patience, check);
        if (!first.equals(size)) {
            throw new IllegalArgumentException("all ranks must have one WORLD_SIZE, but that of rank "
                    + environment.rank() + " is " + size + " and that of rank 0 is " + first
                    + "; set the same on every rank, or another MASTER_PORT for another training");
        }
        if (store.ask(keys -> keys.add(SignsOfLife.JOINED + environment.rank(), 1), check) > 1) {
            throw new IllegalArgumentException("every rank must be started once, but rank " + environment.rank()
                    + " is there already; give each process a RANK of its own, or wait until the training that runs"
                    + " at this MASTER_PORT has ended");
        }
    }

    /** What rank 0 has said their number is; where another process keeps the store, rank 0 may not have come yet. */
    private static String sizeOfFirst(
            RankEnvironment environment, ReachedStore store, Patience patience, ReachedStore.Check check)
            throws IOException {
        long began = System.nanoTime();
        long pause = FIRST_PAUSE;
        while (true) {
            Optional<String> there = store.ask(keys -> keys.get(SIZE), check);
            if (there.isPresent()) {
                return there.get();
            }
            requireTime(environment, patience, began, 0);
            pause = pause(pause, check);
        }
    }

    private static void requireTime(RankEnvironment environment, Patience patience, long began, int missing)
            throws IOException {
        if (Duration.ofNanos(System.nanoTime() - began).compareTo(patience.toCome()) > 0) {
            throw new IOException("all " + environment.worldSize() + " ranks must come, but rank " + missing
                    + " has not within " + patience.toCome().toSeconds()
                    + " seconds; start it, or set WORLD_SIZE to how many there are");
        }
    }

    /** Waits until all are there; rank 0 tells which are not. */
    private static void requireAll(
            RankEnvironment environment, ReachedStore store, Patience patience, ReachedStore.Check check)
            throws IOException {
        long began = System.nanoTime();
        long pause = FIRST_PAUSE;
        for (int rank = 0; rank < environment.worldSize(); ) {
            String key = SignsOfLife.JOINED + rank;
            if (store.ask(keys -> keys.add(key, 0), check) > 0) {
                rank++;
                continue;
            }
            requireTime(environment, patience, began, rank);
            pause = pause(pause, check);
        }
    }

    private static long pause(long nanoseconds, ReachedStore.Check check) throws IOException {
        LockSupport.parkNanos(nanoseconds);
        check.run();
        return Math.min(LONGEST_PAUSE, nanoseconds * 3 / 2);
    }

    /** The sentence on a rank that was lost. */
    static String lost(int rank, int size, String how) {
        return "rank " + rank + " of " + size + " was lost (" + how
                + ") and all others have ended; start all ranks again with the same command, which resumes from the last"
                + " checkpoint";
    }

    @Override
    public int rank() {
        return environment.rank();
    }

    @Override
    public int size() {
        return environment.worldSize();
    }

    private void check() throws IOException {
        whileWaiting.run();
        signs.requireAll();
    }

    @Override
    public void agree(Map<String, String> facts) throws IOException {
        String call = nextCall();
        String own = Facts.write(facts);
        String verdict = "";
        if (isFirst()) {
            for (int rank = 1; rank < size() && verdict.isEmpty(); rank++) {
                verdict = Facts.difference(rank, facts, awaited(call + "/" + rank));
            }
            put(call, verdict);
        } else {
            put(call + "/" + rank(), own);
            verdict = awaited(call);
        }
        if (!verdict.isEmpty()) {
            throw new IllegalArgumentException(verdict);
        }
    }

    @Override
    public String fromFirst(String words) throws IOException {
        String call = nextCall();
        if (isFirst()) {
            put(call, words);
            return words;
        }
        return awaited(call);
    }

    @Override
    public void meet() throws IOException {
        String call = nextCall();
        long pause = FIRST_PAUSE;
        long there = store.ask(keys -> keys.add(call, 1), this::check);
        while (there < size()) {
            pause = pause(pause, this::check);
            there = store.ask(keys -> keys.add(call, 0), this::check);
        }
    }

    private String nextCall() {
        return "call/" + calls++;
    }

    private void put(String key, String text) throws IOException {
        store.ask(
                keys -> {
                    keys.set(key, text);
                    return true;
                },
                this::check);
    }

    private String awaited(String key) throws IOException {
        long pause = FIRST_PAUSE;
        while (true) {
            Optional<String> text = store.ask(keys -> keys.get(key), this::check);
            if (text.isPresent()) {
                return text.get();
            }
            pause = pause(pause, this::check);
        }
    }

    @Override
    public Sum sum(Tensor tensor) throws IOException {
        try {
            Collectives.Pending pending = collectives.sum(tensor);
            return () -> await(pending);
        } catch (RuntimeException e) {
            throw broken(e);
        }
    }

    private void await(Collectives.Pending pending) throws IOException {
        for (int looks = 1; !pending.isDone(); looks++) {
            LockSupport.parkNanos(PAUSE_FOR_SUM);
            if (looks % LOOKS_PER_CHECK == 0) {
                check();
            }
        }
        if (!pending.finish()) {
            throw broken(null);
        }
    }

    /** The failure when a connection has broken: it waits until it is known which rank was lost. */
    private IOException broken(@Nullable RuntimeException cause) {
        signs.doubt();
        try {
            long began = System.nanoTime();
            while (Duration.ofNanos(System.nanoTime() - began).compareTo(patience.toName()) < 0) {
                LockSupport.parkNanos(LONGEST_PAUSE);
                signs.requireAll();
            }
        } catch (IOException e) {
            return e;
        }
        return new IOException(
                "connections between ranks must last, but one of " + environment
                        + " has broken though all ranks seem to live; check the network and start all ranks again with the"
                        + " same command, which resumes from the last checkpoint",
                cause);
    }

    @Override
    public void fail(String reason) {
        signs.fail(reason);
    }

    @Override
    public void close() throws IOException {
        boolean orderly = !signs.failed();
        try {
            if (orderly) {
                meet();
                collectives.close();
            }
        } finally {
            signs.end();
            store.close(orderly && !signs.failed());
        }
    }

    /** What ranks say of themselves. */
    private static final class Facts {
        private Facts() {}

        static String write(Map<String, String> facts) {
            StringBuilder text = new StringBuilder();
            facts.forEach((name, value) -> text.append(name)
                    .append('=')
                    .append(value.replace('\n', ' '))
                    .append('\n'));
            return text.toString();
        }

        private static Map<String, String> read(String text) {
            Map<String, String> facts = new LinkedHashMap<>();
            text.lines()
                    .forEach(line ->
                            facts.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
            return facts;
        }

        /** A sentence on the first difference; empty if there is none. */
        static String difference(int rank, Map<String, String> firsts, String text) {
            Map<String, String> theirs = read(text);
            for (Map.Entry<String, String> fact : read(write(firsts)).entrySet()) {
                String other = theirs.getOrDefault(fact.getKey(), "unknown");
                if (!other.equals(fact.getValue())) {
                    return "all ranks must have one " + fact.getKey() + ", but that of rank " + rank + " is " + other
                            + " and that of rank 0 is " + fact.getValue()
                            + "; start every rank with the same command and program on the same kind of machine";
                }
            }
            return "";
        }
    }
}
