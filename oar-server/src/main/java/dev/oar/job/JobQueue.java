package dev.oar.job;

import dev.oar.config.ConfigException;
import dev.oar.message.JobState;
import dev.oar.message.Problem;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What waits for one model, and the thread that draws it. */
final class JobQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobQueue.class);
    private static final double NANOSECOND = 1e-9;

    private final ServedModel model;
    private final JobLimits limits;
    private final ReentrantLock turn;
    private final Previews previews;
    private final JobListener listener;
    private final Rotation rotation = new Rotation();
    private final Thread thread;
    private List<Job> drawing = List.of();
    private boolean closed;

    /**
     * An empty queue.
     *
     * @param turn models that share a device draw one after the other; a fair lock
     * @param previews used by who has the turn
     */
    JobQueue(ServedModel model, JobLimits limits, ReentrantLock turn, Previews previews, JobListener listener) {
        this.model = model;
        this.limits = limits;
        this.turn = turn;
        this.previews = previews;
        this.listener = listener;
        this.thread = new Thread(this::run, "drawing " + model.name());
    }

    /** Begins to draw. */
    void start() {
        thread.start();
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
        notifyAll();
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

    private void run() {
        try {
            while (true) {
                awaitWork();
                turn.lockInterruptibly();
                try {
                    // Taken only now, so that what came in meanwhile shares the batch.
                    take().ifPresent(this::draw);
                } finally {
                    turn.unlock();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("{} draws no more", model.name());
        }
    }

    private synchronized void awaitWork() throws InterruptedException {
        while (!closed && waiting() == 0) {
            wait();
        }
        if (closed) {
            throw new InterruptedException("closed");
        }
    }

    private synchronized Optional<Batch> take() {
        Optional<Batch> batch = closed ? Optional.empty() : rotation.next();
        drawing = batch.map(Batch::jobs).orElse(List.of());
        for (Job job : drawing) {
            job.started(limits.seconds()).ifPresent(waited -> listener.started(model.name(), waited));
        }
        tellPlaces();
        return batch;
    }

    private void draw(Batch batch) {
        long began = System.nanoTime();
        try {
            batch.draw(model, previews);
            listener.drew(model.name(), batch.images(), (System.nanoTime() - began) * NANOSECOND);
        } catch (CancellationException e) {
            LOG.debug("a batch of {} ended early", model.name());
        } catch (IllegalArgumentException | ConfigException e) {
            fail(batch, Problem.BAD_REQUEST, String.valueOf(e.getMessage()));
        } catch (IOException | ArithmeticException e) {
            fail(batch, Problem.UNAVAILABLE, String.valueOf(e.getMessage()));
        } catch (OutOfMemoryError e) {
            fail(batch, Problem.UNAVAILABLE, "the Java heap is too small for this request; ask for less at once");
        } catch (RuntimeException | LinkageError e) {
            LOG.error("a batch of {} failed", model.name(), e);
            fail(batch, Problem.INTERNAL, "drawing failed unexpectedly; the server's log tells more, please report it");
        } finally {
            synchronized (this) {
                drawing = List.of();
            }
            batch.jobs().stream()
                    .map(Job::state)
                    .filter(JobState::ended)
                    .forEach(state -> listener.ended(model.name(), state));
        }
    }

    private static void fail(Batch batch, int status, String sentence) {
        batch.jobs().forEach(job -> job.fail(Problem.of(status, sentence)));
    }

    /** What those are told who come, or wait, when it is closed. */
    static Problem stopped() {
        return Problem.of(Problem.UNAVAILABLE, "the server is stopping and draws no more; ask again later");
    }

    /** Ends all jobs, those that are being drawn within a step, and waits until nothing is drawn any more. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            drawing.forEach(job -> job.fail(stopped()));
            rotation.inOrder().forEach(job -> job.fail(stopped()));
            notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
