package dev.oar.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackOffTests {
    private final List<Duration> waits = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final BackOff backOff = new BackOff(6, Duration.ofMillis(500), Duration.ofSeconds(3), waits::add);

    @Test
    void everyWaitIsTwiceTheLastUpToALongest() throws Exception {
        Outcome<String> outcome = backOff.retry(() -> new Outcome.Failed<>("no luck"), notes::add);
        assertThat(outcome).isEqualTo(new Outcome.Failed<>("no luck"));
        assertThat(waits).extracting(Duration::toMillis).containsExactly(500L, 1000L, 2000L, 3000L, 3000L);
        assertThat(notes).startsWith("no luck; trying again in 0.5 s").hasSize(5);
    }

    @Test
    void successEndsIt() throws Exception {
        Outcome<Integer> outcome =
                backOff.retry(() -> waits.size() < 2 ? new Outcome.Failed<>("no") : new Outcome.Done<>(7), notes::add);
        assertThat(outcome).isEqualTo(new Outcome.Done<>(7));
        assertThat(waits).hasSize(2);
    }

    @Test
    void gainsStartTheCountAnew() throws Exception {
        Outcome<Integer> outcome =
                backOff.retry(() -> new Outcome.Failed<>("slow", null, waits.size() < 10), notes::add);
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(waits).hasSize(10 + 5 - 1);
        assertThat(waits.subList(0, 10)).containsOnly(Duration.ofMillis(500));
    }

    @Test
    void onceIsOneAttempt() throws Exception {
        assertThat(backOff.once().retry(() -> new Outcome.Failed<>("no"), notes::add))
                .isInstanceOf(Outcome.Failed.class);
        assertThat(waits).isEmpty();
    }

    @Test
    void exceptionsAreNotTriedAgain() {
        assertThatThrownBy(() -> backOff.retry(
                        () -> {
                            throw new IOException("for good");
                        },
                        notes::add))
                .hasMessage("for good");
        assertThat(waits).isEmpty();
    }
}
