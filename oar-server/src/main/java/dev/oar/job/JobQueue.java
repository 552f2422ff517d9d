package dev.oar.job;

import dev.oar.message.Problem;
import java.util.List;
import java.util.Optional;

/** What waits for one model. Safe for use by several threads. */
final class JobQueue {
    private final ServedModel model;
    private final JobLimits limits;
    private final JobListener listener;
    private final Rotation rotation = new Rotation();
    private List<Job> drawing = List.of();
    private boolean closed;

    /** An empty queue. */
    JobQueue(ServedModel model, JobLimits limits, JobListener listener) {
        this.model = model;
        this.limits = limits;
        this.listener = listener;
    }

    /**
     * Takes a job in.
     *
     * @return why it was not taken, if it was not: the queue is full, or closed
     */
    synchronized Optional<Problem> offer(Job job, Work work) {
        rotation.tidy();
        int place = rotation.size() + 1;
        if (closed) {
            return Optional.of(stopped());
        }
        if (place > limits.waiting()) {
            return Optional.of(Problem.full(
                    place,
                    "up to " + limits.waiting() + " jobs may wait for model " + model.name()
                            + ", and this one would stand at place " + place + "; ask again in a moment"));
        }
        rotation.add(job, work);
        tellPlaces();
        return Optional.empty();
    }

    /** How many jobs wait. */
    synchronized int waiting() {
        rotation.tidy();
        return rotation.size();
    }

    /** Bytes of the pictures that those hold who wait. */
    synchronized long heldBytes() {
        rotation.tidy();
        return rotation.heldBytes();
    }

    /** Tells places anew after a job has ended. */
    synchronized void tidy() {
        rotation.tidy();
        tellPlaces();
    }

    private void tellPlaces() {
        List<Job> jobs = rotation.inOrder();
        for (int i = 0; i < jobs.size(); i++) {
            jobs.get(i).queued(i + 1);
        }
    }

    /** The model that draws. */
    ServedModel model() {
        return model;
    }

    /** Takes out what is to be drawn next: several batches if they are to be drawn at the same time, none if nothing waits. */
    synchronized List<Batch> take() {
        List<Batch> batches = closed ? List.of() : rotation.next(model.batchesAtOnce());
        drawing = batches.stream()
                .flatMap(batch -> batch.jobs().stream())
                .distinct()
                .toList();
        for (Job job : drawing) {
            job.started(limits.seconds()).ifPresent(waited -> listener.started(model.name(), waited));
        }
        tellPlaces();
        return batches;
    }

    /** What those are told who come, or wait, when it is closed. */
    static Problem stopped() {
        return Problem.of(Problem.UNAVAILABLE, "the server is stopping and draws no more; ask again later");
    }

    /** Takes nothing in any more and ends all jobs, those that are being drawn within a step. */
    synchronized void close() {
        closed = true;
        drawing.forEach(job -> job.fail(stopped()));
        rotation.inOrder().forEach(job -> job.fail(stopped()));
    }
}
