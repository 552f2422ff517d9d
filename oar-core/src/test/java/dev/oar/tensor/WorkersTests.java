package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.testing.NativeMemory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemory.class)
class WorkersTests {
    @Test
    void resultsComeInTheOrderOfTheirPieces() {
        try (Workers workers = new Workers(3)) {
            List<Integer> squares = workers.run(20, piece -> piece * piece);
            assertThat(squares)
                    .isEqualTo(IntStream.range(0, 20).map(i -> i * i).boxed().toList());
        }
    }

    @Test
    void piecesAreWorkedOnAtTheSameTimeEachOnOneThread() {
        int before = torchThreads();
        try (Workers workers = new Workers(2)) {
            CountDownLatch both = new CountDownLatch(2);
            List<Integer> threads = workers.run(2, piece -> {
                both.countDown();
                await(both);
                return torchThreads();
            });
            assertThat(threads).containsExactly(1, 1);
        }
        assertThat(torchThreads()).isEqualTo(before);
    }

    @Test
    void threadsThatStartLaterKeepTheCommonNumber() throws InterruptedException {
        int common = LibTorch.threads();
        try (Workers workers = new Workers(2)) {
            workers.run(2, piece -> torchThreads());
            AtomicInteger later = new AtomicInteger();
            Thread thread = new Thread(() -> later.set(torchThreads()));
            thread.start();
            thread.join();
            assertThat(later).hasValue(common);
        }
    }

    @Test
    void threadsThatBeginWhileWorkersStartHaveTheCommonNumber() throws Exception {
        int common = LibTorch.threads();
        startWorker();
        List<Thread> beginners = new ArrayList<>();
        List<Integer> wrong = Collections.synchronizedList(new ArrayList<>());
        AtomicBoolean starting = new AtomicBoolean(true);
        Thread starter = new Thread(() -> {
            while (starting.get()) {
                startWorker();
            }
        });
        starter.start();
        try {
            for (int i = 0; i < 500; i++) {
                Thread beginner = new Thread(() -> {
                    int threads = TensorScope.compute(WorkersTests::torchThreads);
                    if (threads != common) {
                        wrong.add(threads);
                    }
                });
                beginner.start();
                beginners.add(beginner);
            }
            for (Thread beginner : beginners) {
                beginner.join();
            }
        } finally {
            starting.set(false);
            starter.join();
        }
        assertThat(wrong).as("numbers of threads other than " + common).isEmpty();
    }

    @Test
    void anInterruptedThreadStartsWorkersWithoutChangingTheCommonNumber() throws InterruptedException {
        int common = LibTorch.threads();
        AtomicInteger ofWorker = new AtomicInteger();
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Thread worker = new Thread(() -> {
            Thread.currentThread().interrupt();
            LibTorch.useOneThreadHere();
            stillInterrupted.set(Thread.currentThread().isInterrupted());
            ofWorker.set(torchThreads());
        });
        worker.start();
        worker.join();
        AtomicInteger later = new AtomicInteger();
        Thread thread = new Thread(() -> later.set(torchThreads()));
        thread.start();
        thread.join();
        assertThat(ofWorker).hasValue(1);
        assertThat(stillInterrupted).isTrue();
        assertThat(later).hasValue(common);
    }

    @Test
    void aPieceGivesTheSameHoweverManyWorkersThereAre() {
        List<float[]> first = products(1);
        for (int count = 2; count <= 4; count++) {
            List<float[]> others = products(count);
            for (int piece = 0; piece < first.size(); piece++) {
                assertThat(others.get(piece))
                        .as(count + " workers, piece " + piece)
                        .isEqualTo(first.get(piece));
            }
        }
    }

    private static List<float[]> products(int workers) {
        try (Workers threads = new Workers(workers)) {
            return threads.run(
                    6,
                    piece -> TensorScope.compute(() ->
                            Tensors.floats(Tensors.normal(piece, 70, 130).mm(Tensors.normal(piece + 9, 130, 50)))));
        }
    }

    @Test
    void theFirstFailureIsToldWhenAllPiecesHaveEnded() {
        AtomicInteger ended = new AtomicInteger();
        try (Workers workers = new Workers(2)) {
            assertThatThrownBy(() -> workers.run(5, piece -> {
                        ended.incrementAndGet();
                        if (piece == 1 || piece == 3) {
                            throw new IllegalArgumentException("piece " + piece);
                        }
                        return piece;
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("piece 1");
        }
        assertThat(ended).hasValue(5);
    }

    /** Also sets what later threads begin with to the common number, whatever the test's own thread has. */
    private static void startWorker() {
        try (Workers workers = new Workers(1)) {
            workers.run(1, piece -> piece);
        }
    }

    private static int torchThreads() {
        LibTorch.load();
        return torch.get_num_threads();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
