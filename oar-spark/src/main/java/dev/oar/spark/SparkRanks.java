package dev.oar.spark;

import dev.oar.cli.RankCommand;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.reflect.ClassTag;

/**
 * Trains in ranks that Spark's executors start, all at once: each barrier task starts the process that {@code oar launch} would start, tells
 * what it says and waits for its end. Spark does nothing else of a training. When a rank is lost, the others say so and end, as they do
 * without Spark; nothing is started anew but by the same command, which resumes.
 */
public final class SparkRanks implements AutoCloseable {
    /** Spark's setting that says how many ranks there are. */
    public static final String RANKS = "spark.oar.ranks";

    /** Those that have not ended by themselves then, after another has failed, are stopped. */
    private static final Duration TO_END = Duration.ofSeconds(21);

    private static final Duration TO_HEAR = Duration.ofSeconds(10);
    private static final long LOOK_EVERY_MILLISECONDS = 100;
    private static final int SECONDS_PER_COUNT_OF_EXECUTORS = 1;
    private static final int COUNTS_OF_EXECUTORS = 300;

    private final int ranks;
    private final JavaSparkContext spark;
    private final PrintStream out;
    private final PrintStream err;

    /**
     * Connects to Spark.
     *
     * @param settings of Spark's, with {@link #RANKS}
     * @param out where rank 0's output goes
     * @param err where errors of all ranks go
     */
    public SparkRanks(SparkConf settings, PrintStream out, PrintStream err) {
        this.ranks = Integer.parseInt(settings.get(RANKS));
        this.out = out;
        this.err = err;
        SparkConf own = settings.clone()
                .set("spark.plugins", RankOutput.class.getName())
                // A rank that is started anew alone is of no use, and all together go on by the same command.
                .set("spark.task.maxFailures", "1")
                .set("spark.stage.maxConsecutiveAttempts", "1")
                .setIfMissing(
                        "spark.scheduler.barrier.maxConcurrentTasksCheck.interval",
                        SECONDS_PER_COUNT_OF_EXECUTORS + "s")
                .setIfMissing(
                        "spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures",
                        Integer.toString(COUNTS_OF_EXECUTORS))
                .setIfMissing("spark.log.level", "ERROR");
        this.spark = JavaSparkContext.fromSparkContext(SparkContext.getOrCreate(own));
    }

    /**
     * Runs a command of stages in all ranks.
     *
     * @param command its name and arguments; relative paths start from this process's folder
     * @param environment of this process, of which ranks get what they need
     * @param seen files and folders that all executors must see
     * @return 0 if all ranks have ended well, else 1; what has happened was told then
     * @throws IOException in a sentence, if executors were lost or do not see what they must
     */
    public int run(List<String> command, Map<String, String> environment, List<Path> seen) throws IOException {
        RankEnds ends = new RankEnds(ranks, out, err);
        RankOutput.listen(ends);
        spark.sc().addSparkListener(ends.listener());
        spark.sc().setJobDescription("oar " + command.get(0) + " in " + ranks + " ranks");
        Path folder = Path.of("").toAbsolutePath();
        RankTask task = new RankTask(command, RankCommand.home(), folder, RankCommand.passedOn(environment), seen);
        ClassTag<String> texts = scala.reflect.ClassTag$.MODULE$.apply(String.class);
        JavaRDD<Integer> numbers =
                spark.parallelize(IntStream.range(0, ranks).boxed().toList(), ranks);
        JavaFutureAction<List<String>> action = JavaRDD.fromRDD(
                        numbers.rdd().barrier().mapPartitions(task, false, texts), texts)
                .collectAsync();
        try {
            List<String> refusals = await(action, ends);
            if (!refusals.isEmpty()) {
                throw new IOException(refusals.get(0));
            }
            return ends.tellFailure() ? 1 : 0;
        } catch (ExecutionException e) {
            // Tasks that are still ending their ranks are waited for, so that all have ended when it is said so.
            ends.awaitTasks(TO_HEAR);
            throw new IOException(ends.sentence(e.getCause()), e);
        } finally {
            if (!action.isDone()) {
                action.cancel(true);
            }
            spark.sc().removeSparkListener(ends.listener());
        }
    }

    private static List<String> await(JavaFutureAction<List<String>> action, RankEnds ends)
            throws IOException, ExecutionException {
        try {
            while (true) {
                try {
                    List<String> refusals = action.get(LOOK_EVERY_MILLISECONDS, TimeUnit.MILLISECONDS);
                    if (refusals.isEmpty()) {
                        ends.awaitAll(TO_HEAR);
                    }
                    return refusals;
                } catch (TimeoutException stillRunning) {
                    if (ends.failedFor().compareTo(TO_END) > 0) {
                        action.cancel(true);
                        ends.awaitTasks(TO_HEAR);
                        return List.of();
                    }
                }
            }
        } catch (InterruptedException e) {
            // The thread is not marked again: Spark's listeners could not be taken leave of then.
            throw new InterruptedIOException("waiting for Spark was interrupted");
        }
    }

    /** Takes leave of Spark, which ends its executors and what is left of ranks. */
    @Override
    public void close() {
        spark.close();
    }
}
