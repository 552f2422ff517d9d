package dev.oar.cli;

import dev.oar.group.ProcessGroup;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** Processes of this machine that train together, from their start to the end of the last one. */
final class LocalRanks {
    private static final int FAILED = 1;
    private static final int BY_SIGNAL = 128;
    private static final long MILLISECONDS_PER_LOOK = 100;

    /** Less than what an interruption leaves this process. */
    private static final Duration TO_STOP = Duration.ofSeconds(8);

    /** Those that have not ended by themselves then are stopped, and all is over in the time that is promised. */
    private static final Duration TO_END =
            Duration.ofSeconds(ProcessGroup.SECONDS_UNTIL_LOST).minus(TO_STOP).minusSeconds(1);

    private final Terminal terminal;
    private final Interruption interruption;
    private final List<Process> ranks = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();

    LocalRanks(Terminal terminal, Interruption interruption) {
        this.terminal = terminal;
        this.interruption = interruption;
    }

    /**
     * Starts a command once for every set of variables and waits until all have ended.
     *
     * @return 0 if all have ended with 0
     */
    int run(List<String> command, List<Map<String, String>> variables) throws IOException {
        try {
            for (int rank = 0; rank < variables.size(); rank++) {
                start(command, variables.get(rank), rank);
            }
            OptionalInt failed = waitForFirstFailure();
            if (failed.isEmpty()) {
                waitForErrors();
                return 0;
            }
            int code = ranks.get(failed.getAsInt()).exitValue();
            waitForAll();
            waitForErrors();
            String how =
                    code > BY_SIGNAL ? "was killed by signal " + (code - BY_SIGNAL) : "ended with exit code " + code;
            terminal.err()
                    .println("oar: rank " + failed.getAsInt() + " of " + ranks.size() + " " + how
                            + " and all others have ended; the same command resumes from the last checkpoint");
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("waiting for the ranks was interrupted; the same command resumes", e);
        } finally {
            endAll();
        }
    }

    /** Those that still run are told to end, and killed if they do not. */
    private void endAll() {
        List<Process> running = ranks.stream().filter(Process::isAlive).toList();
        running.forEach(Process::destroy);
        long began = System.nanoTime();
        try {
            for (Process process : running) {
                long left = TO_STOP.toNanos() - (System.nanoTime() - began);
                var unused = process.waitFor(Math.max(1, left), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.forEach(Process::destroyForcibly);
    }

    private void start(List<String> command, Map<String, String> variables, int rank) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(variables);
        if (rank == 0) {
            builder.inheritIO();
            ranks.add(builder.start());
            return;
        }
        Process process = builder.redirectOutput(Redirect.DISCARD).start();
        ranks.add(process);
        Thread reader = new Thread(() -> show(process, rank), "rank " + rank);
        reader.setDaemon(true);
        readers.add(reader);
        reader.start();
    }

    private void show(Process process, int rank) {
        try (BufferedReader errors = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = errors.readLine(); line != null; line = errors.readLine()) {
                terminal.err().println("[rank " + rank + "] " + line);
            }
        } catch (IOException e) {
            terminal.err().println("[rank " + rank + "] (its errors cannot be read any more)");
        }
    }

    private OptionalInt waitForFirstFailure() throws InterruptedException {
        while (true) {
            boolean running = false;
            for (int rank = 0; rank < ranks.size(); rank++) {
                Process process = ranks.get(rank);
                if (process.isAlive()) {
                    running = true;
                } else if (process.exitValue() != 0) {
                    return OptionalInt.of(rank);
                }
            }
            if (!running) {
                return OptionalInt.empty();
            }
            interruption.check();
            Thread.sleep(MILLISECONDS_PER_LOOK);
        }
    }

    /** What the ranks that have ended said last; one that still runs does not end what it says. */
    private void waitForErrors() throws InterruptedException {
        for (int rank = 1; rank < ranks.size(); rank++) {
            if (!ranks.get(rank).isAlive()) {
                readers.get(rank - 1).join(TO_STOP.toMillis());
            }
        }
    }

    /** The others learn of a lost rank themselves and say so. */
    private void waitForAll() throws InterruptedException {
        long began = System.nanoTime();
        for (Process process : ranks) {
            long left = TO_END.toNanos() - (System.nanoTime() - began);
            var unused = process.waitFor(Math.max(1, left), TimeUnit.NANOSECONDS);
        }
    }
}
