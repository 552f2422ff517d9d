package dev.oar.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Tries a few times, waiting twice as long before each further attempt.
 *
 * @param attempts failures in a row after which it gives up, at least 1
 * @param first the wait after the first failure
 * @param longest no wait is longer
 * @param pause how to wait
 */
record BackOff(int attempts, Duration first, Duration longest, Pause pause) {
    private static final int ATTEMPTS = 5;

    /** Lets time pass. */
    @FunctionalInterface
    interface Pause {
        void pause(Duration duration) throws InterruptedException;
    }

    /** Something that may fail for a while. */
    @FunctionalInterface
    interface Attempt<T> {
        Outcome<T> run() throws IOException, InterruptedException;
    }

    /** Five attempts, with waits of 1, 2, 4 and 8 seconds between them. */
    static BackOff standard() {
        return new BackOff(
                ATTEMPTS, Duration.ofSeconds(1), Duration.ofSeconds(8), duration -> Thread.sleep(duration.toMillis()));
    }

    /** One attempt only. */
    BackOff once() {
        return new BackOff(1, first, longest, pause);
    }

    /** Tries until it goes well or has failed too often in a row; the last outcome. */
    <T> Outcome<T> retry(Attempt<T> attempt, Consumer<String> note) throws IOException, InterruptedException {
        int failures = 0;
        while (true) {
            Outcome<T> outcome = attempt.run();
            if (!(outcome instanceof Outcome.Failed<T> failed)) {
                return outcome;
            }
            failures = failed.advanced() ? 1 : failures + 1;
            if (failures >= attempts) {
                return outcome;
            }
            Duration wait = wait(failures);
            note.accept(failed.reason() + "; trying again in " + wait.toMillis() / 1e3 + " s");
            pause.pause(wait);
        }
    }

    private Duration wait(int failures) {
        Duration wait = first;
        for (int i = 1; i < failures && wait.compareTo(longest) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return wait.compareTo(longest) < 0 ? wait : longest;
    }
}
