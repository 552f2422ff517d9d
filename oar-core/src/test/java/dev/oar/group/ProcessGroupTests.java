package dev.oar.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.order.CounterRandom;
import dev.oar.tensor.KeyStore;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.RankProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Groups whose ranks are threads of this process; how processes fare is shown where they train together. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ProcessGroupTests {
    private static final Patience SHORT = Patience.USUAL.toCome(Duration.ofSeconds(3));

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    /** What a rank does. */
    @FunctionalInterface
    private interface Doing<T> {
        T with(ProcessGroup group) throws IOException;
    }

    private static RankEnvironment rank(int rank, int size, int port) {
        return new RankEnvironment(rank, size, 0, "127.0.0.1", port);
    }

    private <T> List<Future<T>> start(int size, Doing<T> doing) throws IOException {
        int port = RankProcess.freePort();
        List<Future<T>> running = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            running.add(start(rank(i, size, port), SHORT, doing));
        }
        return running;
    }

    private <T> Future<T> start(RankEnvironment rank, Patience patience, Doing<T> doing) {
        return threads.submit(() -> {
            try (ProcessGroup group = ConnectedProcesses.join(rank, patience, () -> {})) {
                try {
                    return doing.with(group);
                } catch (IOException | RuntimeException e) {
                    group.fail(String.valueOf(e.getMessage()));
                    throw e;
                }
            }
        });
    }

    private static Throwable failure(Callable<?> result) throws Exception {
        try {
            throw new AssertionError("it must fail, but gave " + result.call());
        } catch (ExecutionException e) {
            return Objects.requireNonNull(e.getCause());
        }
    }

    @Test
    void everyRankGetsTheSumOfAllTensorsToTheBit() throws Exception {
        for (int size : new int[] {2, 3, 5}) {
            List<Future<double[]>> sums = start(
                    size,
                    group -> TensorScope.compute(() -> {
                        CounterRandom random = CounterRandom.of(7, "rank " + group.rank());
                        double[] own = new double[1000];
                        for (int i = 0; i < own.length; i++) {
                            own[i] = random.uniform(i) - 0.5;
                        }
                        Tensor tensor = Tensors.of(own, own.length);
                        try {
                            group.sum(tensor).await();
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                        return Tensors.doubles(tensor);
                    }));
            double[] first = sums.get(0).get();
            for (Future<double[]> sum : sums) {
                assertThat(sum.get()).as("%d ranks", size).containsExactly(first);
            }
            for (int i = 0; i < first.length; i += 99) {
                double expected = 0;
                for (int rank = 0; rank < size; rank++) {
                    expected += CounterRandom.of(7, "rank " + rank).uniform(i) - 0.5;
                }
                assertThat(first[i]).as("%d ranks, number %d", size, i).isCloseTo(expected, within(1e-12));
            }
        }
    }

    private static org.assertj.core.data.Offset<Double> within(double tolerance) {
        return org.assertj.core.api.Assertions.within(tolerance);
    }

    @Test
    void allHearWhatTheFirstSaysAndNobodyGoesOnBeforeAllHaveCome() throws Exception {
        java.util.concurrent.atomic.AtomicInteger come = new java.util.concurrent.atomic.AtomicInteger();
        List<Future<String>> heard = start(3, group -> {
            String words = group.fromFirst("said by " + group.rank());
            come.incrementAndGet();
            group.meet();
            return words + ", " + come.get();
        });
        for (Future<String> each : heard) {
            assertThat(each.get()).isEqualTo("said by 0, 3");
        }
    }

    @Test
    void ranksThatDifferAreRefusedEverywhereBySentencesThatNameRankAndDifference() throws Exception {
        List<Future<String>> running = start(3, group -> {
            group.agree(Map.of("recipe", "scenes"));
            group.agree(Map.of("blas", group.rank() == 2 ? "mkl" : "openblas"));
            return "agreed";
        });
        for (Future<String> each : running) {
            assertThat(failure(each::get))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "all ranks must have one blas, but that of rank 2 is mkl and that of rank 0 is openblas; ");
        }
    }

    @Test
    void aRankThatFailsEndsTheOthersWithItsReason() throws Exception {
        List<Future<String>> running = start(3, group -> {
            if (group.rank() == 1) {
                throw new IOException("its disk is full; make room");
            }
            group.meet();
            return "met";
        });
        assertThat(failure(running.get(1)::get)).hasMessage("its disk is full; make room");
        for (int other : new int[] {0, 2}) {
            assertThat(failure(running.get(other)::get))
                    .isInstanceOf(IOException.class)
                    .hasMessage("rank 1 of 3 has failed: its disk is full; make room");
        }
    }

    @Test
    void aRankStartedTwiceIsRefusedAndTheFirstGoesOn() throws Exception {
        int port = RankProcess.freePort();
        Doing<String> doing = group -> {
            group.meet();
            return "met";
        };
        Future<String> second = start(rank(1, 2, port), SHORT.toCome(Duration.ofSeconds(30)), doing);
        // Waits for rank 0, which comes now and is hindered by the third until that has been refused.
        Future<String> first = start(rank(0, 2, port), SHORT.toCome(Duration.ofSeconds(30)), group -> {
            Throwable refused = awaitRefusal(port);
            assertThat(refused)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("every rank must be started once, but rank 1 is there already; ");
            group.meet();
            return "met";
        });
        assertThat(first.get()).isEqualTo("met");
        assertThat(second.get()).isEqualTo("met");
    }

    private static Throwable awaitRefusal(int port) {
        return org.assertj.core.api.Assertions.catchThrowable(
                () -> ConnectedProcesses.join(rank(1, 2, port), SHORT, () -> {}));
    }

    @Test
    void ranksMustAgreeOnTheirNumber() throws Exception {
        int port = RankProcess.freePort();
        Future<String> first = start(rank(0, 2, port), SHORT, group -> "there");
        Future<String> second = start(rank(1, 3, port), SHORT, group -> "there");
        assertThat(failure(second::get))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "all ranks must have one WORLD_SIZE, but that of rank 1 is 3 and that of rank 0 is 2; ");
        assertThat(failure(first::get))
                .hasMessageStartingWith("all 2 ranks must come, but rank 1 has not within 3 seconds; ");
    }

    private static RankEnvironment underAgent(int rank, int port, int attempt) {
        return new RankEnvironment(rank, 2, 0, "127.0.0.1", port, OptionalInt.of(attempt));
    }

    /** As under torchrun, whose agent keeps the store, perhaps the same for all attempts. */
    @Test
    void ranksMeetAtTheStoreOfAnAgentAgainAndAgain() throws Exception {
        int port = RankProcess.freePort();
        try (KeyStore agent = KeyStore.open("127.0.0.1", port, true, Duration.ofSeconds(10))) {
            agent.set("size", "the agent's own");
            for (int attempt = 0; attempt < 2; attempt++) {
                Doing<Double> doing = group -> TensorScope.compute(() -> {
                    Tensor own = Tensors.of(new double[] {group.rank() + 1}, 1);
                    try {
                        group.meet();
                        group.sum(own).await();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                    return Tensors.doubles(own)[0];
                });
                Future<Double> first = start(underAgent(0, port, attempt), SHORT, doing);
                Future<Double> second = start(underAgent(1, port, attempt), SHORT, doing);
                assertThat(first.get()).as("attempt %d", attempt).isEqualTo(3);
                assertThat(second.get()).as("attempt %d", attempt).isEqualTo(3);
            }
            assertThat(agent.get("size")).contains("the agent's own");
        }
    }

    @Test
    void anAgentWithoutAStoreAndARank0ThatNeverComesToItAreNamed() throws IOException {
        int port = RankProcess.freePort();
        assertThatThrownBy(() -> ConnectedProcesses.join(underAgent(0, port, 0), SHORT, () -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("rank 0 of 2 must reach the store of torchrun's agent at 127.0.0.1 port " + port
                        + ", but nobody has answered there within 3 seconds; ");
        try (KeyStore agent = KeyStore.open("127.0.0.1", port, true, Duration.ofSeconds(10))) {
            assertThat(agent.get("anything")).isEmpty();
            assertThatThrownBy(() -> ConnectedProcesses.join(underAgent(1, port, 0), SHORT, () -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("all 2 ranks must come, but rank 0 has not within 3 seconds; ");
        }
    }

    @Test
    void aMasterThatNeverComesIsWaitedForNoLongerThanAgreed() throws IOException {
        int port = RankProcess.freePort();
        assertThatThrownBy(() -> ConnectedProcesses.join(rank(1, 2, port), SHORT, () -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("rank 1 of 2 must reach rank 0 at 127.0.0.1 port " + port
                        + ", but nobody has answered there within 3 seconds; ");
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
            assertThatThrownBy(() -> ConnectedProcesses.join(rank(0, 2, taken.getLocalPort()), SHORT, () -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("rank 0 must be able to listen at MASTER_PORT " + taken.getLocalPort()
                            + ", but it cannot: another process does, ");
        }
    }

    @Test
    void whoeverWaitsCanBeInterrupted() throws IOException {
        int port = RankProcess.freePort();
        assertThatThrownBy(() -> ConnectedProcesses.join(rank(0, 2, port), SHORT, () -> {
                    throw new java.util.concurrent.CancellationException("interrupted");
                }))
                .isInstanceOf(java.util.concurrent.CancellationException.class);
    }
}
