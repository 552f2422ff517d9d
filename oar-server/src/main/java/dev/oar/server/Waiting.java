package dev.oar.server;

import dev.oar.job.Job;
import dev.oar.job.Jobs;
import dev.oar.message.JobState;
import dev.oar.message.JobStatus;
import dev.oar.message.Problem;
import io.javalin.http.Context;
import java.time.Duration;

/** Waits for a job within a request; a client that goes half-way has its job cancelled. */
final class Waiting {
    private static final Duration TICK = Duration.ofMillis(50);
    private static final int CONFLICT = 409;

    private Waiting() {}

    /**
     * Waits until a job has ended.
     *
     * @return whether anybody still waits for the answer
     * @throws Refusal if the job was given up, or cancelled by another request
     */
    static boolean untilDone(Jobs jobs, Job job, Context context) {
        if (!untilEnded(jobs, job, context)) {
            return false;
        }
        requireDone(job);
        return true;
    }

    /** The same, whatever has ended the job. */
    static boolean untilEnded(Jobs jobs, Job job, Context context) {
        Connection connection = Connection.of(context);
        try {
            while (!job.awaitEnd(TICK)) {
                if (connection.gone()) {
                    jobs.cancel(job);
                    return false;
                }
            }
        } catch (InterruptedException e) {
            jobs.cancel(job);
            Thread.currentThread().interrupt();
            return false;
        }
        if (connection.spoilt()) {
            context.header("Connection", "close");
        }
        return true;
    }

    /**
     * Checks that all images of a job that has ended are done.
     *
     * @throws Refusal if not
     */
    static void requireDone(Job job) {
        JobStatus status = job.status();
        if (status.problem().isPresent()) {
            throw new Refusal(status.problem().get());
        }
        if (status.state() != JobState.DONE) {
            throw new Refusal(Problem.of(CONFLICT, "the job was cancelled before it was done; ask again"));
        }
    }
}
