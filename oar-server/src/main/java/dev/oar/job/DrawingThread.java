package dev.oar.job;

import dev.oar.config.ConfigException;
import dev.oar.message.Problem;
import dev.oar.tensor.Workers;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that draws what waits in the queues of all models, which share the device: a turn of each queue after the other. Batches that
 * are drawn at the same time have a thread each besides.
 */
final class DrawingThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DrawingThread.class);
    private static final double NANOSECOND = 1e-9;

    private final List<JobQueue> queues;
    private final JobListener listener;
    private final Semaphore offered = new Semaphore(0);
    private final Workers workers;

    /** Of each batch that is drawn at the same time. */
    private final List<Previews> previews;

    private final Thread thread = new Thread(this::run, "drawing");
    private volatile boolean closed;

    /** A thread that has not been started. */
    DrawingThread(List<JobQueue> queues, JobListener listener) {
        int atOnce = queues.stream()
                .mapToInt(queue -> queue.model().batchesAtOnce())
                .max()
                .orElse(1);
        this.queues = List.copyOf(queues);
        this.listener = listener;
        this.workers = new Workers(atOnce);
        this.previews = Stream.generate(Previews::new).limit(atOnce).toList();
    }

    /** Begins to draw. */
    void start() {
        thread.start();
    }

    /** To be called when something has been put into a queue. */
    void wake() {
        offered.release();
    }

    private void run() {
        while (!closed) {
            offered.acquireUninterruptibly();
            offered.drainPermits();
            boolean drew = true;
            while (drew) {
                drew = false;
                for (JobQueue queue : queues) {
                    // Taken only now, so that what came in meanwhile shares the batch.
                    List<Batch> batches = queue.take();
                    draw(queue.model(), batches);
                    drew |= !batches.isEmpty();
                }
            }
        }
    }

    private void draw(ServedModel model, List<Batch> batches) {
        if (batches.size() == 1) {
            draw(model, batches.get(0), previews.get(0));
        } else {
            workers.run(batches.size(), i -> draw(model, batches.get(i), previews.get(i)));
        }
    }

    /** Draws a batch and returns whether it was drawn to its end. */
    private boolean draw(ServedModel model, Batch batch, Previews watched) {
        long began = System.nanoTime();
        try {
            batch.draw(model, watched);
            listener.drew(model.name(), batch.images(), (System.nanoTime() - began) * NANOSECOND);
            return true;
        } catch (CancellationException e) {
            LOG.debug("a batch of {} ended early", model.name());
        } catch (IllegalArgumentException | ConfigException e) {
            fail(batch, Problem.BAD_REQUEST, String.valueOf(e.getMessage()));
        } catch (IOException | ArithmeticException e) {
            fail(batch, Problem.UNAVAILABLE, String.valueOf(e.getMessage()));
        } catch (OutOfMemoryError e) {
            fail(batch, Problem.UNAVAILABLE, "the Java heap is too small for this request; ask for less at once");
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            LOG.error("a batch of {} failed", model.name(), e);
            fail(batch, Problem.INTERNAL, "drawing failed unexpectedly; the server's log tells more, please report it");
        }
        return false;
    }

    private static void fail(Batch batch, int status, String sentence) {
        batch.jobs().forEach(job -> job.fail(Problem.of(status, sentence)));
    }

    /** Waits until nothing is drawn any more; the queues must have been closed. */
    @Override
    public void close() {
        closed = true;
        wake();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        workers.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
