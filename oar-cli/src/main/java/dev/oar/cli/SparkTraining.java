package dev.oar.cli;

import dev.oar.config.Require;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A training whose processes are started by Spark's executors, one on each and all at once.
 *
 * @param ranks how many processes
 * @param cores CPU cores of each
 */
record SparkTraining(int ranks, int cores) {
    /** Spark's setting that tells the driver to train in so many ranks. */
    static final String RANKS = "spark.oar.ranks";

    /**
     * Of what was asked for.
     *
     * @param given how many ranks; null for one on each executor of this machine
     * @throws IllegalArgumentException if ranks cannot be started so
     */
    static SparkTraining of(@Nullable Integer given, SparkSubmission submission) {
        Require.that(
                !submission.ship() && submission.exchange() == null,
                "ranks of a training are started by ./oar and share the run's folder, but --ship or --exchange was given; let"
                        + " the program and --out lie in folders that all machines see");
        OptionalInt executors = submission.executorsHere();
        Require.that(
                given != null || executors.isPresent(),
                "how many processes train together must be said where Spark is a cluster, but --ranks is missing; add --ranks"
                        + " N");
        int ranks = given == null ? executors.getAsInt() : given;
        Require.that(ranks >= 1, "--ranks must be at least 1, but is %d; 2 is the least that trains together", ranks);
        Require.that(
                executors.isEmpty() || ranks <= executors.getAsInt(),
                "every rank needs an executor of its own, but there are %s ranks and --master %s has %s executors; take fewer"
                        + " ranks or more executors",
                ranks,
                submission.master(),
                executors.isPresent() ? executors.getAsInt() : 0);
        return new SparkTraining(ranks, submission.cores());
    }

    /** Checks that ranks were not asked for where nothing is trained. */
    static void requireNone(SparkTask task, @Nullable Integer given) {
        Require.that(
                given == null,
                "--ranks goes with tasks that train, but %s makes pieces, as many at once as there are executors; leave it"
                        + " out",
                task.command());
    }

    /** Spark's settings: as many executors as ranks, all there from the beginning to the end. */
    List<String> settings() {
        return List.of(
                RANKS + "=" + ranks,
                "spark.executor.instances=" + ranks,
                "spark.cores.max=" + ranks * cores,
                "spark.dynamicAllocation.enabled=false");
    }
}
