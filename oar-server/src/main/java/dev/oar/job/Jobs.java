package dev.oar.job;

import dev.oar.config.Require;
import dev.oar.config.Spelling;
import dev.oar.generate.AskedDrawing;
import dev.oar.message.JobRequest;
import dev.oar.message.ModelDescription;
import dev.oar.message.Problem;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** All models of a server, the jobs that wait for them, and those that have ended as far as they are kept. */
public final class Jobs implements AutoCloseable {
    private static final int ID_BYTES = 12;

    private final SecureRandom random = new SecureRandom();
    private final List<ServedModel> models;
    private final JobLimits limits;
    private final JobListener listener;
    private final Planner planner;
    private final DrawingThread drawing;
    private final Map<String, JobQueue> queues = new LinkedHashMap<>();
    private final Map<String, Job> jobs = new LinkedHashMap<>();

    /** Requests are looked at by means of the models, which are freed when nobody looks any more. */
    private final ReentrantReadWriteLock open = new ReentrantReadWriteLock();

    private boolean closed;

    /**
     * Begins to serve.
     *
     * @param models the models, the usual one first, of different names; owned by this from now on
     * @param listener is told what queues do
     * @throws IllegalArgumentException if there is no model, or two have one name; the models are closed then
     */
    public Jobs(List<ServedModel> models, JobLimits limits, JobListener listener) {
        this.models = List.copyOf(models);
        this.limits = limits;
        this.planner = new Planner(limits);
        this.listener = listener;
        models.forEach(model -> queues.put(model.name(), new JobQueue(model, limits, listener)));
        if (queues.isEmpty() || queues.size() < models.size()) {
            models.forEach(ServedModel::close);
            throw new IllegalArgumentException("a server needs at least one model, each of another name, but was given "
                    + models.stream().map(ServedModel::name).toList() + "; name others");
        }
        this.drawing = new DrawingThread(List.copyOf(queues.values()), listener);
        drawing.start();
    }

    /**
     * What became of a request.
     *
     * @param job the job, if it was taken
     * @param refusal why not, if it was not
     */
    public record Submission(Optional<Job> job, Optional<Problem> refusal) {}

    /**
     * Takes a request in.
     *
     * @param client for whom; clients are served in turn
     * @throws IllegalArgumentException in one sentence, if it cannot be served
     * @throws dev.oar.config.ConfigException likewise
     * @throws IOException in one sentence, if a picture cannot be read
     * @throws java.io.UncheckedIOException in one sentence, if the model's folder has changed
     */
    public Submission submit(JobRequest request, String client) throws IOException {
        open.readLock().lock();
        try {
            return closed ? new Submission(Optional.empty(), Optional.of(JobQueue.stopped())) : admit(request, client);
        } finally {
            open.readLock().unlock();
        }
    }

    private Submission admit(JobRequest request, String client) throws IOException {
        ServedModel model = model(request.results().model());
        JobQueue queue = queue(model);
        Work work = planner.plan(model, request);
        Job job = new Job(id(), client, request.kind(), model.name(), work.count(), work.telling(), listener);
        Optional<Problem> refusal = offer(queue, job, work);
        if (refusal.isPresent()) {
            return new Submission(Optional.empty(), refusal);
        }
        keep(job);
        return new Submission(Optional.of(job), refusal);
    }

    /** Puts a job into a queue, unless the pictures that wait in all of them would take too much memory. */
    private Optional<Problem> offer(JobQueue queue, Job job, Work work) {
        synchronized (queues) {
            long held = queues.values().stream().mapToLong(JobQueue::heldBytes).sum();
            if (work.heldBytes() > 0 && held + work.heldBytes() > limits.waitingBytes()) {
                return Optional.of(Problem.of(
                        Problem.TOO_MANY,
                        "pictures of jobs that wait may take up to " + limits.waitingBytes() + " bytes, but " + held
                                + " are taken and this job's would take " + work.heldBytes()
                                + "; ask again in a moment, or send a smaller picture"));
            }
            Optional<Problem> refusal = queue.offer(job, work);
            drawing.wake();
            return refusal;
        }
    }

    private JobQueue queue(ServedModel model) {
        JobQueue queue = queues.get(model.name());
        if (queue == null) {
            throw new IllegalStateException("every model has a queue");
        }
        return queue;
    }

    /**
     * A model by its name.
     *
     * @param name absent: the usual one
     * @throws IllegalArgumentException if there is none of that name
     */
    public ServedModel model(Optional<String> name) {
        if (name.isEmpty()) {
            return models.get(0);
        }
        Optional<ServedModel> found =
                models.stream().filter(model -> model.name().equals(name.get())).findFirst();
        Require.that(
                found.isPresent(),
                "model must be one of those that are served, but there is no '%s'; did you mean %s?",
                name.get(),
                String.join(" or ", Spelling.nearest(name.get(), queues.keySet(), 2)));
        return found.get();
    }

    /** The cells of an image of a model, if the model is served here. */
    public Optional<TokenGrid> grid(String name) {
        return models.stream()
                .filter(model -> model.name().equals(name))
                .map(model -> model.folder().manifest().space().grid())
                .findFirst();
    }

    /** What clients are told of the models. */
    public ModelDescription.All descriptions() {
        return new ModelDescription.All(
                models.stream().map(model -> model.description(limits)).toList(),
                List.copyOf(AskedDrawing.orders()),
                limits.told());
    }

    /** How many jobs wait for each model. */
    public Map<String, Integer> waiting() {
        Map<String, Integer> waiting = new LinkedHashMap<>();
        queues.forEach((name, queue) -> waiting.put(name, queue.waiting()));
        return waiting;
    }

    /** What jobs may ask for. */
    public JobLimits limits() {
        return limits;
    }

    /** A job by its name, if it is still kept. */
    public synchronized Optional<Job> find(String id) {
        return Optional.ofNullable(jobs.get(id));
    }

    /** Cancels a job; what is being drawn of it ends within a step. */
    public void cancel(Job job) {
        job.cancel();
        queues.values().forEach(JobQueue::tidy);
    }

    /** Keeps a job, and lets go of the oldest that have ended beyond what is kept. */
    private synchronized void keep(Job job) {
        List<Job> ended = new ArrayList<>(
                jobs.values().stream().filter(other -> other.state().ended()).toList());
        long bytes = ended.stream().mapToLong(Job::bytes).sum();
        while (!ended.isEmpty() && (ended.size() >= limits.kept() || bytes > limits.keptBytes())) {
            Job oldest = ended.remove(0);
            bytes -= oldest.bytes();
            jobs.remove(oldest.id());
        }
        jobs.put(job.id(), job);
    }

    private String id() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Ends all jobs, those that are being drawn within a step, and frees the models. */
    @Override
    public void close() {
        open.writeLock().lock();
        try {
            closed = true;
        } finally {
            open.writeLock().unlock();
        }
        queues.values().forEach(JobQueue::close);
        drawing.close();
        models.forEach(ServedModel::close);
    }
}
