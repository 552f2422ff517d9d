package dev.oar.spark;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.jspecify.annotations.Nullable;

/** Shows what ranks say, on the driver, and keeps how they have ended. */
final class RankEnds implements Consumer<RankOutput.Message> {
    private static final int BY_SIGNAL = 128;
    private static final long MILLISECONDS_PER_LOOK = 100;
    private static final String RESUMES =
            " and all others have ended; the same command resumes from the last checkpoint";

    private final int ranks;
    private final PrintStream out;
    private final PrintStream err;
    private final CountDownLatch ended;
    private final List<RankOutput.Ended> failures = new ArrayList<>();
    private final SparkListener listener = new Tasks();
    private long firstFailure;
    private @Nullable String lostExecutor;
    private int running;

    RankEnds(int ranks, PrintStream out, PrintStream err) {
        this.ranks = ranks;
        this.out = out;
        this.err = err;
        this.ended = new CountDownLatch(ranks);
    }

    /** What Spark is to tell of its tasks. */
    SparkListener listener() {
        return listener;
    }

    /** Sees executors that are lost with their ranks. */
    private final class Tasks extends SparkListener {
        @Override
        public void onTaskStart(SparkListenerTaskStart task) {
            running(1);
        }

        @Override
        public void onTaskEnd(SparkListenerTaskEnd task) {
            if (task.reason() instanceof ExecutorLostFailure lost) {
                lost(task.taskInfo().index(), lost);
            }
            running(-1);
        }
    }

    private synchronized void running(int more) {
        running += more;
        notifyAll();
    }

    private synchronized void lost(int rank, ExecutorLostFailure how) {
        if (lostExecutor == null) {
            String reason = how.reason().isDefined()
                    ? String.valueOf(how.reason().get()).lines().findFirst().orElse("")
                    : "";
            lostExecutor = "rank " + rank + " of " + ranks + " was lost with its executor"
                    + (reason.isEmpty() ? "" : " (" + reason.replaceAll("\\.$", "") + ")") + RESUMES;
        }
    }

    @Override
    public synchronized void accept(RankOutput.Message message) {
        if (message instanceof RankOutput.Line line) {
            if (line.error()) {
                err.println((line.rank() == 0 ? "" : "[rank " + line.rank() + "] ") + line.text());
            } else {
                out.println(line.text());
            }
        } else if (message instanceof RankOutput.Ended end) {
            if (end.code() != 0) {
                firstFailure = failures.isEmpty() ? System.nanoTime() : firstFailure;
                failures.add(end);
            }
            ended.countDown();
        }
    }

    /** How long ago the first rank failed; 0 if none has. */
    synchronized Duration failedFor() {
        return failures.isEmpty() ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - firstFailure);
    }

    /** Waits until all that ranks have said is shown. */
    void awaitAll(Duration longest) {
        try {
            var unused = ended.await(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until no task runs any more. */
    synchronized void awaitTasks(Duration longest) {
        long until = System.nanoTime() + longest.toNanos();
        try {
            while (running > 0 && System.nanoTime() < until) {
                wait(MILLISECONDS_PER_LOOK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tells which rank has failed first; returns whether one has. */
    synchronized boolean tellFailure() {
        if (failures.isEmpty()) {
            return false;
        }
        RankOutput.Ended first = failures.get(0);
        String how = first.code() > BY_SIGNAL
                ? "was killed by signal " + (first.code() - BY_SIGNAL)
                : "ended with exit code " + first.code();
        err.println("oar: rank " + first.rank() + " of " + ranks + " on " + first.host() + " " + how + RESUMES);
        return true;
    }

    /** A sentence on why Spark has given up. */
    synchronized String sentence(@Nullable Throwable cause) {
        if (lostExecutor != null) {
            return lostExecutor;
        }
        String text = Optional.ofNullable(cause)
                .map(Throwable::getMessage)
                .flatMap(message -> message.lines().findFirst())
                .orElse("no reason was given");
        if (text.contains("more slots than the total number of slots")) {
            return ranks
                    + " ranks need as many executors at the same time, but Spark did not have them; wait for them, or"
                    + " take fewer by --ranks";
        }
        return "Spark could not run all ranks: " + text + "; the same command resumes when that is put right";
    }
}
