package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.order.CounterRandom;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadAheadTests {
    private static final CounterRandom RANDOM = CounterRandom.of(5, "made");

    @AfterEach
    void noThreadIsLeft() {
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals(ReadAhead.THREAD));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void theSameThingsComeInTheSameOrderWhateverTheNumberOfThreads(int threads) throws IOException {
        try (ReadAhead<Long> ahead = new ReadAhead<>(threads, 10, 5, 300, ReadAheadTests::made)) {
            for (long number = 5; number < 300; number++) {
                assertThat(ahead.take(number))
                        .as("%d in %d threads", number, threads)
                        .isEqualTo(RANDOM.bits(number));
            }
        }
    }

    @Test
    void whatIsLeftOutIsNotWaitedForAndGoingBackBeginsAnew() throws IOException {
        try (ReadAhead<Long> ahead = new ReadAhead<>(2, 4, 0, 100, ReadAheadTests::made)) {
            for (long number : new long[] {0, 1, 3, 20, 21, 7, 7, 8, 99, 0}) {
                assertThat(ahead.take(number)).as("%d", number).isEqualTo(RANDOM.bits(number));
            }
            assertThatThrownBy(() -> ahead.take(100)).hasMessageContaining("ends before 100, but 100 was asked for");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void noMoreAreMadeThanFitBeforeOneIsTaken(int threads) throws IOException, InterruptedException {
        int most = 6;
        AtomicLong made = new AtomicLong();
        AtomicLong taken = new AtomicLong();
        AtomicLong worst = new AtomicLong();
        CountDownLatch full = new CountDownLatch(most);
        try (ReadAhead<Long> ahead = new ReadAhead<>(threads, most, 0, 200, number -> {
            worst.accumulateAndGet(made.incrementAndGet() - taken.get(), Math::max);
            full.countDown();
            return number;
        })) {
            full.await();
            for (long number = 0; number < 200; number++) {
                // The one that is taken makes room for the next before it is waited for.
                taken.incrementAndGet();
                ahead.take(number);
            }
        }
        assertThat(made.get()).isEqualTo(200);
        assertThat(worst.get()).isEqualTo(most);
    }

    @Test
    void nothingIsMadeBeyondTheEnd() throws IOException {
        AtomicLong highest = new AtomicLong(-1);
        try (ReadAhead<Long> ahead = new ReadAhead<>(2, 50, 0, 7, number -> {
            highest.accumulateAndGet(number, Math::max);
            return number;
        })) {
            assertThat(ahead.take(6)).isEqualTo(6);
        }
        assertThat(highest.get()).isEqualTo(6);
    }

    @Test
    void whatCannotBeMadeIsToldToWhoeverTakesItAndToNobodyElse() throws IOException {
        IOException unreadable = new IOException("7.png is damaged; replace it");
        IllegalStateException wrong = new IllegalStateException("9");
        try (ReadAhead<Long> ahead = new ReadAhead<>(3, 12, 0, 100, number -> {
            if (number == 7) {
                throw unreadable;
            }
            if (number == 9) {
                throw wrong;
            }
            return number;
        })) {
            for (long number = 0; number < 7; number++) {
                assertThat(ahead.take(number)).isEqualTo(number);
            }
            assertThatThrownBy(() -> ahead.take(7)).isSameAs(unreadable);
            assertThat(ahead.take(8)).isEqualTo(8);
            assertThatThrownBy(() -> ahead.take(9)).isSameAs(wrong);
        }
    }

    @Test
    void aThreadInTheMiddleOfSomethingEndsItBeforeClosingReturns() {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicLong ended = new AtomicLong();
        AtomicLong interrupted = new AtomicLong();
        ReadAhead<Long> ahead = new ReadAhead<>(1, 3, 0, 10, number -> {
            begun.countDown();
            for (int i = 0; i < 2000; i++) {
                Thread.yield();
            }
            interrupted.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
            ended.incrementAndGet();
            return number;
        });
        try {
            begun.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ahead.close();
        assertThat(ended.get()).isBetween(1L, 3L);
        assertThat(interrupted.get()).as("a channel would be closed").isZero();
    }

    @Test
    void anInterruptIsKeptForTheCallerAndNothingIsLost() throws IOException {
        try (ReadAhead<Long> ahead = new ReadAhead<>(1, 3, 0, 10, ReadAheadTests::made)) {
            Thread.currentThread().interrupt();
            assertThat(ahead.take(0)).isEqualTo(RANDOM.bits(0));
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void howManyAreReadyIsBoundedByMemory() {
        assertThat(ReadAhead.most(64, 64, 1)).isEqualTo(64);
        assertThat(ReadAhead.most(1000, 256, 1)).as("64 MiB of 192 KiB").isEqualTo(341);
        assertThat(ReadAhead.most(64, 8192, 3)).as("one for each thread").isEqualTo(3);
        assertThat(ReadAhead.threads()).isBetween(1, 8);
    }

    private static long made(long number) {
        for (long i = RANDOM.bits(number) & 63; i > 0; i--) {
            Thread.yield();
        }
        return RANDOM.bits(number);
    }
}
