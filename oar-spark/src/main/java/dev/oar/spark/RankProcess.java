package dev.oar.spark;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.TaskKilledException;

/**
 * The process of a rank, from its start to its end, beside the executor that started it.
 *
 * @param rank which
 * @param host where it runs
 */
record RankProcess(int rank, String host) {
    private static final long MILLISECONDS_PER_LOOK = 100;
    private static final long SECONDS_TO_STOP = 8;

    /**
     * Starts it, tells the driver what it says, and how it has ended.
     *
     * @param killed whether it is to be ended
     * @throws TaskKilledException if that was so; the process has ended then, too
     */
    void run(ProcessBuilder builder, BooleanSupplier killed) throws IOException {
        if (rank != 0) {
            // As with oar launch: progress is rank 0's.
            builder.redirectOutput(Redirect.DISCARD);
        }
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            List<Thread> readers = new ArrayList<>();
            readers.add(reader(process.errorReader(StandardCharsets.UTF_8), true));
            if (rank == 0) {
                readers.add(reader(process.inputReader(StandardCharsets.UTF_8), false));
            }
            while (!process.waitFor(MILLISECONDS_PER_LOOK, TimeUnit.MILLISECONDS)) {
                if (killed.getAsBoolean()) {
                    throw new TaskKilledException("rank " + rank + " was to end");
                }
            }
            for (Thread reader : readers) {
                reader.join(TimeUnit.SECONDS.toMillis(SECONDS_TO_STOP));
            }
            RankOutput.tell(new RankOutput.Ended(rank, process.exitValue(), host));
        } catch (InterruptedException e) {
            // The other way in which Spark ends a task; the rank still gets its time to end.
            throw new TaskKilledException("rank " + rank + " was to end");
        } finally {
            end(process);
        }
    }

    /** Told to end, and killed if it does not. */
    private static void end(Process process) {
        process.destroy();
        try {
            var unused = process.waitFor(SECONDS_TO_STOP, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    private Thread reader(BufferedReader from, boolean errors) {
        Thread reader = new Thread(() -> forward(from, errors), "rank " + rank);
        reader.setDaemon(true);
        reader.start();
        return reader;
    }

    private void forward(BufferedReader from, boolean errors) {
        boolean told = true;
        try (from) {
            for (String line = from.readLine(); line != null; line = from.readLine()) {
                told = told && tell(new RankOutput.Line(rank, errors, line));
            }
        } catch (IOException e) {
            var unused = tell(new RankOutput.Line(rank, true, "(its output cannot be read any more)"));
        }
    }

    /** A driver that is gone hears nothing; what the rank says is read on, so that it does not wait for a reader. */
    private static boolean tell(RankOutput.Message message) {
        try {
            RankOutput.tell(message);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
