package dev.oar.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class BlobLockTests {
    private static final String NAME = "etag.lock";

    @TempDir
    Path folder;

    @Test
    void oneThreadAtATimeHoldsALock() throws Exception {
        AtomicInteger holders = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                for (int round = 0; round < 20; round++) {
                    try (BlobLock lock = BlobLock.take(folder, NAME, () -> {})) {
                        most.accumulateAndGet(holders.incrementAndGet(), Math::max);
                        Thread.yield();
                        holders.decrementAndGet();
                    } catch (IOException | InterruptedException e) {
                        most.set(Integer.MAX_VALUE);
                    }
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(most).hasValue(1);
    }

    @Test
    void locksOfOtherNamesAreFree() throws Exception {
        try (BlobLock one = BlobLock.take(folder, NAME, () -> {});
                BlobLock other = BlobLock.take(folder, "other.lock", () -> {
                    throw new AssertionError("nobody holds it");
                })) {
            assertThat(one).isNotSameAs(other);
        }
    }

    @Test
    void oneFolderUnderTwoNamesIsOneLock() throws Exception {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path alias = Files.createSymbolicLink(folder.resolve("alias"), real);
        CountDownLatch waiting = new CountDownLatch(1);
        Thread second = new Thread(() -> {
            try (BlobLock lock = BlobLock.take(alias, NAME, waiting::countDown)) {
                assertThat(lock).isNotNull();
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        try (BlobLock lock = BlobLock.take(real, NAME, () -> {})) {
            second.start();
            assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(lock).isNotNull();
        }
        second.join();
    }

    @Test
    void waitingCanBeInterrupted() throws Exception {
        try (BlobLock lock = BlobLock.take(folder, NAME, () -> {})) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> BlobLock.take(folder, NAME, Thread.currentThread()::interrupt))
                    .isInstanceOf(InterruptedException.class);
        }
        BlobLock.take(folder, NAME, () -> {}).close();
    }

    @Test
    void anotherProcessIsWaitedFor() throws Exception {
        Process holder = start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("held");
            AtomicInteger told = new AtomicInteger();
            Runnable release = () -> {
                told.incrementAndGet();
                holder.destroy();
            };
            try (BlobLock lock = BlobLock.take(folder, NAME, release)) {
                assertThat(lock).isNotNull();
                assertThat(told).hasValue(1);
            }
        } finally {
            holder.destroyForcibly().waitFor();
        }
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Holder.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Holds the lock until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            try (BlobLock lock = BlobLock.take(Path.of(arguments[0]), NAME, () -> {})) {
                System.out.println(lock == null ? "none" : "held");
                System.out.flush();
                Thread.sleep(TimeUnit.MINUTES.toMillis(1));
            }
        }
    }
}
