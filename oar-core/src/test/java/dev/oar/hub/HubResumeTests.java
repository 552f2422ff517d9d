package dev.oar.hub;

import static dev.oar.hub.HubFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.hub.LocalHub.Answer;
import dev.oar.hub.LocalHub.Request;
import dev.oar.hub.LocalHub.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubResumeTests {
    private static final int SIZE = 300_000;
    private static final int PART = 100_000;
    private static final int MEBIBYTE = 1 << 20;

    /** Short, but enough for a busy machine to answer at least once in a few attempts. */
    private static final Duration HASTE = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    private HubFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new HubFixture(directory.resolve("hub"), SIZE);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aBrokenConnectionGoesOnWhereItStopped() throws Exception {
        storage(LocalHub.breakingOff(fixture.content, PART), LocalHub.breakingOff(fixture.content, PART));
        assertThat(fixture.fetch().path()).hasBinaryContent(fixture.content);
        assertThat(ranges()).containsExactly(null, "bytes=100000-", "bytes=200000-");
        assertThat(fixture.waits).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(fixture.notes).hasSize(2).allMatch(note -> note.contains("trying again"));
    }

    @Test
    void whatAKilledDownloadLeftIsUsed() throws Exception {
        fixture.leave(Arrays.copyOf(fixture.content, PART));
        assertThat(fixture.fetch().path()).hasBinaryContent(fixture.content);
        assertThat(ranges()).containsExactly("bytes=100000-");
        assertThat(fixture.progress).startsWith((long) PART).endsWith((long) SIZE);
        assertThat(fixture.incomplete()).doesNotExist();
    }

    @Test
    void aCompleteLeftoverIsOnlyChecked() throws Exception {
        fixture.leave(fixture.content);
        assertThat(fixture.fetch().path()).hasBinaryContent(fixture.content);
        assertThat(fixture.hub.downloads()).isZero();
    }

    @Test
    void aLeftoverThatIsTooLongIsDropped() throws Exception {
        fixture.leave(new byte[SIZE + 1]);
        assertThat(fixture.fetch().path()).hasBinaryContent(fixture.content);
        assertThat(ranges()).containsExactly((String) null);
    }

    @Test
    void aDamagedLeftoverIsReplaced() throws Exception {
        fixture.leave(new byte[PART]);
        assertThat(fixture.fetch().path()).hasBinaryContent(fixture.content);
        assertThat(ranges()).containsExactly("bytes=100000-", null);
        assertThat(fixture.notes).singleElement().asString().contains("damaged");
    }

    @Test
    void aServerWithoutRangesStartsAgain() throws Exception {
        storage(LocalHub.breakingOff(fixture.content, PART), LocalHub.whole(fixture.content));
        assertThat(fixture.fetch().path()).hasBinaryContent(fixture.content);
        assertThat(ranges()).containsExactly(null, "bytes=100000-");
    }

    @Test
    void aRangeThatWasNotAskedForStartsAgain() throws Exception {
        fixture.leave(Arrays.copyOf(fixture.content, PART));
        storage(LocalHub.status(206, "Content-Range", "bytes 5-299999/300000"));
        assertThat(fixture.fetch().path()).hasBinaryContent(fixture.content);
        assertThat(ranges()).containsExactly("bytes=100000-", null);
    }

    @Test
    void anUnsatisfiableRangeStartsAgain() throws Exception {
        fixture.leave(Arrays.copyOf(fixture.content, PART));
        storage(LocalHub.status(416));
        assertThat(fixture.fetch().path()).hasBinaryContent(fixture.content);
        assertThat(ranges()).containsExactly("bytes=100000-", null);
    }

    @Test
    void aConnectionThatStallsIsGivenUpAndGoneOnWith() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        storage(stalling(end));
        HubClient hasty = fixture.client(null, false, HASTE);
        assertThat(hasty.fetch(MODEL, fixture).path()).hasBinaryContent(fixture.content);
        end.countDown();
        assertThat(ranges()).endsWith("bytes=100000-");
        assertThat(fixture.notes).first().asString().contains("nothing came for 1.0 s");
    }

    @Test
    void aServerThatDoesNotAnswerIsGivenUpAndAskedAgain() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        storage(exchange -> {
            await(end);
            exchange.close();
        });
        HubClient hasty = fixture.client(null, false, HASTE);
        assertThat(hasty.fetch(MODEL, fixture).path()).hasBinaryContent(fixture.content);
        end.countDown();
        assertThat(fixture.notes).first().asString().contains("no answer for 1.0 s");
    }

    @Test
    void anInterruptedDownloadKeepsWhatCameForTheNext() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        storage(stalling(end));
        HubListener interrupting = (reference, done, total) -> {
            if (done == PART) {
                Thread.currentThread().interrupt();
            }
        };
        assertThatThrownBy(() -> fixture.client().fetch(MODEL, interrupting)).isInstanceOf(InterruptedException.class);
        end.countDown();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(fixture.blob()).doesNotExist();
        assertThat(fixture.incomplete()).hasSize(PART);
        assertThat(fixture.fetch().path()).hasBinaryContent(fixture.content);
        assertThat(ranges()).containsExactly(null, "bytes=100000-");
    }

    @Test
    void aThreadInterruptedBeforeFetchesNothing() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(fixture::fetch).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(fixture.hub.downloads()).isZero();
    }

    @Test
    void aListenerThatThrowsEndsTheDownloadForTheNextToGoOn() throws Exception {
        HubListener cancelling = (reference, done, total) -> {
            if (done > 0) {
                throw new CancellationException();
            }
        };
        CountDownLatch end = new CountDownLatch(1);
        storage(stalling(end));
        assertThatThrownBy(() -> fixture.client().fetch(MODEL, cancelling)).isInstanceOf(CancellationException.class);
        end.countDown();
        long kept = Files.size(fixture.incomplete());
        assertThat(kept).isBetween(1L, (long) PART);
        assertThat(fixture.fetch().path()).hasBinaryContent(fixture.content);
        assertThat(ranges()).containsExactly(null, "bytes=" + kept + "-");
    }

    @Test
    void aDownloadThatGetsAheadMayBreakOffMoreOften() throws Exception {
        try (HubFixture large = new HubFixture(directory.resolve("large"), 9 * MEBIBYTE)) {
            Answer breaking = LocalHub.breakingOff(large.content, MEBIBYTE);
            large.hub.script(
                    Server.STORAGE, "GET", Collections.nCopies(8, breaking).toArray(Answer[]::new));
            assertThat(large.fetch().path()).hasBinaryContent(large.content);
            assertThat(large.hub.downloads()).isEqualTo(9);
            assertThat(large.waits).containsOnly(Duration.ofSeconds(1));
        }
    }

    @Test
    void aDownloadThatNeverGetsFurtherIsGivenUp() throws Exception {
        try (HubFixture large = new HubFixture(directory.resolve("large"), 3 * MEBIBYTE)) {
            Answer breaking = exchange -> {
                exchange.sendResponseHeaders(200, large.content.length);
                exchange.getResponseBody().write(large.content, 0, 2 * MEBIBYTE);
                exchange.getResponseBody().flush();
                exchange.close();
            };
            large.hub.script(
                    Server.STORAGE, "GET", Collections.nCopies(20, breaking).toArray(Answer[]::new));
            assertThatThrownBy(large::fetch)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("after 2097152 of 3145728 bytes")
                    .hasMessageContaining("resumes where it stopped");
            // The first attempt got ahead, so it is the first of four failures in a row.
            assertThat(large.hub.downloads()).isEqualTo(HubFixture.ATTEMPTS);
            assertThat(large.incomplete()).hasSize(2 * MEBIBYTE);
            assertThat(large.blob()).doesNotExist();
        }
    }

    /** Sends a part and then nothing more. */
    private Answer stalling(CountDownLatch end) {
        return exchange -> {
            exchange.sendResponseHeaders(200, SIZE);
            exchange.getResponseBody().write(fixture.content, 0, PART);
            exchange.getResponseBody().flush();
            await(end);
            exchange.close();
        };
    }

    private static void await(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void storage(Answer... answers) {
        fixture.hub.script(Server.STORAGE, "GET", answers);
    }

    private List<String> ranges() {
        return fixture.hub.requests(Server.STORAGE, "GET").stream()
                .map(Request::range)
                .toList();
    }
}
